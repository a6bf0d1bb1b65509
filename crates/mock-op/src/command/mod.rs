//! What the command does beside serving.

pub(crate) mod grade;
