//! Each fault is seen to be there: what a client would meet is wrong in the way that its name says.

mod discovery;
mod id_token;
mod response;
mod session;
mod token;
