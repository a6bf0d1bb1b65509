//! A whole desktop on a machine without a screen: display, session bus, keychain, browser, window driver.
