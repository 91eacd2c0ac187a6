//! Keys: what rows are told apart by, and what references look for.
//!
//! A key becomes a *code* of a fixed form ([`KeyForm`]), a column at a time. Sets of codes take them in any order, on any
//! thread, and look nothing up while rows come in: numbers that lie close together are intervals and bits
//! (`number_set`), all else is sorted in partitions at the end (`scattered`). Where the end finds equal codes, or a
//! reference without a parent, the rows are looked at once more (`second_look`).

pub(crate) mod code;
pub(crate) mod form;
pub(crate) mod key_set;
pub(crate) mod memory;
pub(crate) mod number_set;
pub(crate) mod reader;
pub(crate) mod scattered;
pub(crate) mod second_look;
pub(crate) mod window;
