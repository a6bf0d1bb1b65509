//! A whole desktop on a machine without a screen, to see a desktop app do its work: a display with a window manager, a
//! session bus, a keychain, a real browser, and drivers for the app's window, the browser's pages and the
//! accessibility tree. Every [`Desktop`] has a home of its own and ends with its handle, with all that ran on it.
//!
//! For tests and demonstrations on Linux. What it needs is listed in `system-packages.toml`.

mod accessible;
mod browser;
pub mod demo;
mod desktop;
mod display;
mod error;
mod home;
mod keychain;
mod process;
mod programs;
mod provider;
mod search;
mod wait;
mod window;

pub use accessible::{Accessible, Role, ScreenReader};
pub use browser::{Browser, Page};
pub use desktop::{Desktop, DesktopOptions};
pub use error::{Result, RigError};
pub use keychain::KeychainItem;
pub use process::{Listed, kill, listed};
pub use provider::{MockProvider, Received};
pub use search::{ArgumentWatch, in_files, in_memory};
pub use wait::until;
pub use window::{App, Window};
