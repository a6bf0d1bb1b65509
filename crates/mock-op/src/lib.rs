//! A mock OpenID Provider for tests: correct by default, wrong on request.
