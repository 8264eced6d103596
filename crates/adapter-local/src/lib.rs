//! What needs no other process: clock, ids, Argon2, tokens, API keys
