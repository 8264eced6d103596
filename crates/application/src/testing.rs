//! A store whose repositories are mocks.
