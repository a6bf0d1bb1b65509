//! What something costs a process, as the system counts it.

use std::time::Duration;

use crate::error::{Result, SoakError, system};
use crate::wire::Cost;

/// The median of what was taken, with what was read.
pub(crate) fn cost(mut taken: Vec<Duration>, bytes: u64, accounts: usize) -> Cost {
    taken.sort_unstable();
    let median = taken.get(taken.len() / 2).copied().unwrap_or_default();
    Cost {
        nanoseconds: u64::try_from(median.as_nanos()).unwrap_or(u64::MAX),
        bytes,
        accounts,
    }
}

/// `rchar`: what this process asked the system for, from the cache or not. Reading it is counted too, the same each time.
pub(crate) fn bytes_read() -> Result<u64> {
    let io = std::fs::read_to_string("/proc/self/io").map_err(system("/proc/self/io"))?;
    let value = io.lines().find_map(|line| line.strip_prefix("rchar: "));
    value
        .and_then(|value| value.trim().parse().ok())
        .ok_or_else(|| SoakError::Impossible("/proc/self/io has no rchar".into()))
}

/// What of a process is in memory, in KiB; 0 when it is gone.
pub(crate) fn resident_kib(process: u32) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    let number = line.and_then(|line| line.split_whitespace().next());
    number.and_then(|number| number.parse().ok()).unwrap_or(0)
}
