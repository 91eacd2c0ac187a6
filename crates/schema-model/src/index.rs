//! Ids as indices: what stands beside tables, columns or types in the same order is reached by their ids.

use crate::{ColumnIdx, CompositeTypeId, DomainId, EnumTypeId, SequenceId, TableId};
use std::ops::{Index, IndexMut};

macro_rules! indices {
    ($($id:ty),* $(,)?) => {$(
        impl $id {
            /// The place as a number that slices take, from 0.
            pub const fn position(self) -> usize {
                self.0 as usize
            }
        }

        /// # Panics
        /// Past the end, as with any index.
        impl<T> Index<$id> for [T] {
            type Output = T;
            fn index(&self, id: $id) -> &T {
                &self[id.position()]
            }
        }

        impl<T> IndexMut<$id> for [T] {
            fn index_mut(&mut self, id: $id) -> &mut T {
                &mut self[id.position()]
            }
        }

        impl<T> Index<$id> for Vec<T> {
            type Output = T;
            fn index(&self, id: $id) -> &T {
                &self[id.position()]
            }
        }

        impl<T> IndexMut<$id> for Vec<T> {
            fn index_mut(&mut self, id: $id) -> &mut T {
                &mut self[id.position()]
            }
        }
    )*};
}
indices!(TableId, ColumnIdx, EnumTypeId, DomainId, CompositeTypeId, SequenceId);
