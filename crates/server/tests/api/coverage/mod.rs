//! Tests that every operation of the server's own API document has to pass. An operation without a line in
//! `support/matrix.txt` fails here.

mod document;
mod permissions;
mod roles;
