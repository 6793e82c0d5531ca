//! (laid with the house; filled by its first part)
