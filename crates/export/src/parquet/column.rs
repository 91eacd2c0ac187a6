//! What the columns of a table are in Parquet.

use ::parquet::arrow::ArrowSchemaConverter;
use ::parquet::basic::{LogicalType, Repetition, Type as PhysicalType};
use ::parquet::errors::ParquetError;
use ::parquet::schema::types::{Type, TypePtr};
use arrow_array::cast::AsArray;
use arrow_array::types::{
    Decimal128Type, Float32Type, Float64Type, Int8Type, Int16Type, Int32Type, Int64Type,
};
use arrow_array::types::{UInt8Type, UInt16Type, UInt32Type};
use arrow_array::{Array, ArrayRef, ArrowPrimitiveType, PrimitiveArray};
use arrow_schema::{DataType, Field, FieldRef, Fields, Schema as ArrowSchema};
use seedbed_datagen_core::arrow_type;
use seedbed_schema_model::{ColumnIdx, Schema, SqlType, TableId};
use seedbed_sql_values::{Typing, representation};
use std::sync::Arc;

/// The columns of one file.
#[derive(Clone, Debug)]
pub(super) struct FileColumns {
    /// As Arrow has them when they are written.
    pub(super) arrow: Arc<ArrowSchema>,
    /// As Parquet has them.
    pub(super) parquet: TypePtr,
}

impl FileColumns {
    pub(super) fn new(schema: &Schema, table: TableId, columns: &[ColumnIdx]) -> Result<Self, ParquetError> {
        let typing = representation(schema.dialect).storage.typing;
        let of = |index: &ColumnIdx| {
            let column = &schema[table][*index];
            let ty = written_type(typing, schema.base_type(&column.ty), arrow_type(schema, &column.ty));
            Arc::new(Field::new(&column.name, ty, column.nullable))
        };
        let fields: Fields = columns.iter().map(of).collect();
        let arrow = Arc::new(ArrowSchema::new(fields));
        let converted = ArrowSchemaConverter::new().schema_root("schema").convert(&arrow)?;
        let types = converted.root_schema().get_fields().iter().zip(arrow.fields());
        let types = types.map(|(plain, field)| match field.data_type() {
            DataType::FixedSizeBinary(16) => uuid(field),
            _ => Ok(Arc::clone(plain)),
        });
        let types = types.collect::<Result<Vec<_>, _>>()?;
        let parquet = Arc::new(Type::group_type_builder("schema").with_fields(types).build()?);
        Ok(Self { arrow, parquet })
    }
}

/// Arrow knows sixteen bytes; that they are a UUID is for Parquet to say.
fn uuid(field: &FieldRef) -> Result<TypePtr, ParquetError> {
    let repetition = if field.is_nullable() { Repetition::OPTIONAL } else { Repetition::REQUIRED };
    let ty = Type::primitive_type_builder(field.name(), PhysicalType::FIXED_LEN_BYTE_ARRAY)
        .with_length(16)
        .with_logical_type(Some(LogicalType::Uuid))
        .with_repetition(repetition)
        .build()?;
    Ok(Arc::new(ty))
}

/// The Arrow type that says in Parquet what the SQL type says: batches have one width for all integers, and one
/// precision for all decimals. A type that refuses nothing says nothing: its columns are as wide as they are in batches.
fn written_type(typing: Typing, base: &SqlType, in_batches: DataType) -> DataType {
    if typing == Typing::Affinity {
        return in_batches;
    }
    match (base, in_batches) {
        (SqlType::Integer { bits, unsigned }, DataType::Int64) => match (bits, unsigned) {
            (0..=8, false) => DataType::Int8,
            (0..=8, true) => DataType::UInt8,
            (9..=16, false) => DataType::Int16,
            (9..=16, true) => DataType::UInt16,
            (17..=32, false) => DataType::Int32,
            (17..=32, true) => DataType::UInt32,
            _ => DataType::Int64,
        },
        (SqlType::Year, DataType::Int64) => DataType::Int32,
        (SqlType::Decimal { precision: Some(precision), .. }, DataType::Decimal128(_, scale)) => {
            let digits = u8::try_from(*precision).unwrap_or(u8::MAX);
            // A scale above the precision is PostgreSQL's, and none of Arrow's.
            DataType::Decimal128(digits.clamp(u8::try_from(scale).unwrap_or(0).max(1), 38), scale)
        }
        (SqlType::Money, DataType::Decimal128(_, scale)) => DataType::Decimal128(18, scale),
        (SqlType::Float { bits: 32, .. }, DataType::Float64) => DataType::Float32,
        (_, same) => same,
    }
}

/// A column of a batch as it is written. `None` for one of a type that no batch has for this column.
pub(super) fn converted(array: &ArrayRef, to: &DataType) -> Option<ArrayRef> {
    Some(match (array.data_type(), to) {
        (from, to) if from == to => Arc::clone(array),
        (DataType::Dictionary(_, value), DataType::Utf8) if **value == DataType::Utf8 => Arc::clone(array),
        (DataType::Decimal128(_, a), DataType::Decimal128(precision, b)) if a == b => {
            let array = array.as_primitive::<Decimal128Type>().clone();
            Arc::new(array.with_precision_and_scale(*precision, *b).ok()?)
        }
        (DataType::Float64, DataType::Float32) => {
            let narrow = array.as_primitive::<Float64Type>().unary::<_, Float32Type>(|v| v as f32);
            Arc::new(narrow)
        }
        (DataType::Int64, DataType::Int8) => narrow::<Int8Type>(array)?,
        (DataType::Int64, DataType::Int16) => narrow::<Int16Type>(array)?,
        (DataType::Int64, DataType::Int32) => narrow::<Int32Type>(array)?,
        (DataType::Int64, DataType::UInt8) => narrow::<UInt8Type>(array)?,
        (DataType::Int64, DataType::UInt16) => narrow::<UInt16Type>(array)?,
        (DataType::Int64, DataType::UInt32) => narrow::<UInt32Type>(array)?,
        _ => return None,
    })
}

/// Integers of a narrower type; `None` when one does not fit.
fn narrow<T: ArrowPrimitiveType>(array: &ArrayRef) -> Option<ArrayRef>
where
    T::Native: TryFrom<i64> + Default,
{
    let wide = array.as_primitive::<Int64Type>();
    let mut all_fit = true;
    // Below a NULL stands anything.
    let values = wide.values().iter().enumerate().map(|(row, value)| {
        T::Native::try_from(*value).unwrap_or_else(|_| {
            all_fit &= wide.is_null(row);
            T::Native::default()
        })
    });
    let values: Vec<T::Native> = values.collect();
    let narrow = PrimitiveArray::<T>::new(values.into(), wide.nulls().cloned());
    all_fit.then(|| Arc::new(narrow) as ArrayRef)
}
