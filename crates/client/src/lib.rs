//! Native sign-in for desktop programs: browser, redirect, vault and sessions.
