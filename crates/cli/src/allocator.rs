//! How the C library's allocator treats what a run frees.

use std::hint::black_box;

/// More than the columns of a batch take together.
const BATCH: usize = 8 << 20;

/// Has the allocator keep the memory of one batch for the next. The C library of GNU gives memory back to the system
/// whenever as much is free as the threshold says, on each thread by itself, and takes it again page by page: a tenth of a
/// run's time. The threshold follows the largest block that was mapped by itself and freed again (mallopt(3),
/// `M_MMAP_THRESHOLD`), so one is, without a page of it being touched. Other allocators do nothing that is noticed.
pub(crate) fn keep_memory() {
    drop(black_box(Vec::<u8>::with_capacity(BATCH)));
}
