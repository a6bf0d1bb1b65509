//! What something costs a process, as the system counts it.

use std::time::Duration;

use crate::error::{Result, SoakError, system};
use crate::wire::Cost;

/// The median of what was taken, with what was read.
pub(crate) fn cost(mut taken: Vec<Duration>, work: Work, accounts: usize) -> Cost {
    taken.sort_unstable();
    let median = taken.get(taken.len() / 2).copied().unwrap_or_default();
    Cost {
        nanoseconds: u64::try_from(median.as_nanos()).unwrap_or(u64::MAX),
        bytes: work.bytes,
        reads: work.reads,
        accounts,
    }
}

/// What a process asked the system for so far.
#[derive(Clone, Copy)]
pub(crate) struct Work {
    /// Bytes, from the cache or not.
    pub(crate) bytes: u64,
    /// Reads: two or more for each file that is opened, however short it is.
    pub(crate) reads: u64,
}

impl Work {
    /// What was done since.
    pub(crate) fn since(self, before: Self) -> Self {
        Self {
            bytes: self.bytes.saturating_sub(before.bytes),
            reads: self.reads.saturating_sub(before.reads),
        }
    }
}

/// `rchar` and `syscr` of this process. Reading them is counted too, the same each time.
pub(crate) fn work() -> Result<Work> {
    let io = std::fs::read_to_string("/proc/self/io").map_err(system("/proc/self/io"))?;
    let number = |name: &str| {
        let value = io.lines().find_map(|line| line.strip_prefix(name));
        let number = value.and_then(|value| value.trim().parse().ok());
        number.ok_or_else(|| SoakError::Impossible("/proc/self/io does not count reads".into()))
    };
    Ok(Work {
        bytes: number("rchar: ")?,
        reads: number("syscr: ")?,
    })
}

/// What of a process is in memory, in KiB; 0 when it is gone.
pub(crate) fn resident_kib(process: u32) -> u64 {
    status(process, "VmRSS:")
}

/// How many threads a process has; 0 when it is gone.
pub(crate) fn threads(process: u32) -> u64 {
    status(process, "Threads:")
}

fn status(process: u32, name: &str) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix(name));
    let number = line.and_then(|line| line.split_whitespace().next());
    number.and_then(|number| number.parse().ok()).unwrap_or(0)
}
