//! What the operating system lets a process that answers queries have.

use std::time::Duration;

/// What code, libraries and files take of addresses beside what is allocated.
#[cfg(unix)]
const MAPPED: u64 = 1 << 30;

/// Open files: the three standard streams, and a row file with room for how it is found.
#[cfg(unix)]
const FILES: u64 = 16;

/// Takes from this process what answering queries does not need: memory beyond so many bytes, writing to files, opening many
/// of them, leaving its memory behind in one; and has it killed when the thread that started it is gone. Returns which of
/// it the system refused.
#[cfg(unix)]
pub(super) fn confine(memory: u64) -> Vec<String> {
    use rustix::process::{Resource, Rlimit, setrlimit};
    let addresses = memory.saturating_add(MAPPED);
    let limits = [
        ("memory", Resource::Data, memory),
        ("addresses", Resource::As, addresses),
        ("written files", Resource::Fsize, 0),
        ("open files", Resource::Nofile, FILES),
        ("core dumps", Resource::Core, 0),
    ];
    let set = |(what, resource, most): (&str, Resource, u64)| {
        let limit = Rlimit { current: Some(most), maximum: Some(most) };
        // Only Linux counts memory as these limits want it; elsewhere they may be refused, and time alone is limited.
        let is_needed = cfg!(target_os = "linux") || !matches!(resource, Resource::Data | Resource::As);
        setrlimit(resource, limit).err().filter(|_| is_needed).map(|error| format!("{what}: {error}"))
    };
    let mut refused: Vec<String> = limits.into_iter().filter_map(set).collect();
    #[cfg(target_os = "linux")]
    if let Err(error) = rustix::process::set_parent_process_death_signal(Some(rustix::process::Signal::KILL))
    {
        refused.push(format!("end with the parent: {error}"));
    }
    refused
}

/// There are no such limits: nothing is refused.
#[cfg(not(unix))]
pub(super) fn confine(_: u64) -> Vec<String> {
    Vec::new()
}

/// Has this process killed when it computes for so long from now on, and a second, whole seconds counting. It is for the case
/// that nobody is there any more to kill it.
#[cfg(unix)]
pub(super) fn allow_processor_time(time: Duration) {
    use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
    let most = (processor_time() + time).as_secs().saturating_add(2);
    let limit = Rlimit { current: Some(most), maximum: getrlimit(Resource::Cpu).maximum };
    // A process that was given less than that has a limit already.
    let _ = setrlimit(Resource::Cpu, limit);
}

/// There is no such limit.
#[cfg(not(unix))]
pub(super) fn allow_processor_time(_: Duration) {}

/// How long this process has computed.
#[cfg(unix)]
pub(super) fn processor_time() -> Duration {
    let time = rustix::time::clock_gettime(rustix::time::ClockId::ProcessCPUTime);
    Duration::new(time.tv_sec.unsigned_abs(), u32::try_from(time.tv_nsec).unwrap_or_default())
}

/// Nobody tells.
#[cfg(not(unix))]
pub(super) fn processor_time() -> Duration {
    Duration::ZERO
}
