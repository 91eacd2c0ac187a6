//! Text, and what is written in hex digits.

use crate::csv_cells::Cells;
use arrow_array::StringArray;
use arrow_buffer::{Buffer, OffsetBuffer, ScalarBuffer};

/// Cells as strings.
pub(super) fn strings(cells: &Cells<'_>) -> StringArray {
    let (mut data, mut ends) = (Vec::new(), Vec::with_capacity(cells.rows() + 1));
    data.reserve(cells.iter().filter_map(|cell| cell.bytes()).map(<[u8]>::len).sum());
    ends.push(0);
    for cell in cells.iter() {
        match cell.bytes() {
            None => {}
            Some(_) if cell.is_escaped() => {
                data.extend_from_slice(cell.text().unwrap_or_default().as_bytes());
            }
            Some(bytes) => data.extend_from_slice(bytes),
        }
        // A block is shorter than a gigabyte.
        ends.push(data.len() as i32);
    }
    let ends = OffsetBuffer::new(ScalarBuffer::from(ends));
    let strings = StringArray::try_new(ends, Buffer::from(data), cells.nulls());
    strings.unwrap_or_else(|_| cells.iter().map(|cell| cell.text()).collect())
}

/// A UUID of 32 digits in five groups.
#[inline]
pub(super) fn uuid(text: &[u8]) -> Option<[u8; 16]> {
    let text: &[u8; 36] = text.try_into().ok()?;
    let mut uuid = [0; 16];
    let mut bad = [8, 13, 18, 23].iter().any(|at| text[*at] != b'-');
    for (byte, at) in uuid.iter_mut().zip([0, 2, 4, 6, 9, 11, 14, 16, 19, 21, 24, 26, 28, 30, 32, 34]) {
        let (high, low) = (HEX[usize::from(text[at])], HEX[usize::from(text[at + 1])]);
        bad |= (high | low) > 15;
        *byte = high << 4 | low & 15;
    }
    (!bad).then_some(uuid)
}

/// Appends the bytes that hex digits are, and says whether they are such; nothing is appended where not.
pub(super) fn push_hex(out: &mut Vec<u8>, digits: &[u8]) -> bool {
    let before = out.len();
    let (pairs, rest) = digits.as_chunks::<2>();
    let mut bad = !rest.is_empty();
    out.extend(pairs.iter().map(|[high, low]| {
        let (high, low) = (HEX[usize::from(*high)], HEX[usize::from(*low)]);
        bad |= (high | low) > 15;
        high << 4 | low & 15
    }));
    if bad {
        out.truncate(before);
    }
    !bad
}

/// The value of each hex digit; more than 15 for what is none.
static HEX: [u8; 256] = {
    let mut values = [0xFF; 256];
    let mut digit = 0;
    while digit < 10 {
        values[b'0' as usize + digit] = digit as u8;
        digit += 1;
    }
    while digit < 16 {
        values[b'a' as usize + digit - 10] = digit as u8;
        values[b'A' as usize + digit - 10] = digit as u8;
        digit += 1;
    }
    values
};
