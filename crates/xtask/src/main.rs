//! The project's own tasks: run, test, package and the rest.
fn main() {}
