//! A Windows of our own: a Wine prefix below the target folder, made anew for each run and ended with it.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use super::toolchain::LINKER;
use crate::commands::{Result, TaskError, run};

/// Our stand-in for a library that older versions of Wine do not have.
const SHIM: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/src/windows/bcryptprimitives.c");

/// Where that library goes, instead of Wine's own where it has one. Also: no .NET and no HTML engine, which Wine would want
/// to download; no entries in the menus of the person's desktop; and no way to their browser.
const OVERRIDES: &str = "bcryptprimitives=n;mscoree=;mshtml=;winemenubuilder.exe=;winebrowser.exe=";

/// A Wine prefix and all that runs in it. Dropping it ends that.
pub(super) struct Wine {
    prefix: PathBuf,
}

impl Wine {
    /// Makes a prefix, in place of the one that an earlier run left.
    ///
    /// # Errors
    /// [`TaskError::File`], and [`TaskError::NotStarted`] or [`TaskError::Failed`] for what Wine or the C compiler says.
    pub(super) fn start(folder: &Path) -> Result<Self> {
        let prefix = folder.join("wine");
        let failed = |source| TaskError::File {
            path: prefix.clone(),
            source,
        };
        if prefix.exists() {
            // What runs there, if anything does, is stopped before its files go.
            drop(Self { prefix: prefix.clone() });
            std::fs::remove_dir_all(&prefix).map_err(failed)?;
        }
        std::fs::create_dir_all(&prefix).map_err(failed)?;
        let wine = Self { prefix };
        // One server for all that runs here. Left to itself it would end and be started again between two tests.
        run(wine.command("wineserver").arg("--persistent"))?;
        // Its folders for documents and pictures lead to those of this home otherwise.
        run(wine
            .command("wine")
            .args(["wineboot", "--init"])
            .env("HOME", &wine.prefix)
            .stderr(Stdio::null()))?;
        // The oldest version that Rust's standard library is made for; older versions of Wine say they are Windows 7.
        let version = [
            "reg",
            "add",
            "HKCU\\Software\\Wine",
            "/v",
            "Version",
            "/d",
            "win10",
            "/f",
        ];
        run(wine.command("wine").args(version).stdout(Stdio::null()))?;
        let library = wine.prefix.join("drive_c/windows/system32/bcryptprimitives.dll");
        run(Command::new(LINKER)
            .args(["-shared", "-Os", "-s", "-Wall", "-Wextra", "-Werror", "-o"])
            .arg(library)
            .args([SHIM, "-ladvapi32"]))?;
        Ok(wine)
    }

    /// A program of Wine's, with this prefix and without a window.
    fn command(&self, program: &str) -> Command {
        let mut command = Command::new(program);
        self.surround(&mut command);
        command
    }

    /// Makes what `command` starts under Wine live in this prefix, without a window and without the person's browser.
    pub(super) fn surround<'a>(&self, command: &'a mut Command) -> &'a mut Command {
        command
            .env("WINEPREFIX", &self.prefix)
            .env("WINEDEBUG", "-all")
            .env("WINEDLLOVERRIDES", OVERRIDES)
            .env_remove("WINEARCH")
            .env_remove("DISPLAY")
            .env_remove("WAYLAND_DISPLAY")
            .env_remove("BROWSER")
    }
}

impl Drop for Wine {
    fn drop(&mut self) {
        // Ends all that runs in this prefix, and waits until it has ended. It fails where nothing runs.
        for what in ["--kill", "--wait"] {
            let _ = self.command("wineserver").arg(what).stderr(Stdio::null()).status();
        }
    }
}
