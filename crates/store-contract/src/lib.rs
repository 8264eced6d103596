//! What every store must do, whichever database is behind it
