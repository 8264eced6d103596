//! Entities, repositories and transactions that both databases share
