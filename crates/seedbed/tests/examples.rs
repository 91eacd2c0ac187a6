//! The examples print what they say that they print.

#[expect(dead_code, reason = "only what an example shows is compared, not its `main`")]
#[path = "../examples/own_sink.rs"]
mod own_sink;

#[test]
fn a_sink_of_ones_own_counts_rows() {
    assert_eq!(own_sink::counted().expect("rows"), "author: 20 rows\nbook: 50 rows\n");
}
