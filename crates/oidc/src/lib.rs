//! OpenID Connect and OAuth 2 for native apps as a pure library: no I/O, no clock, no async.
