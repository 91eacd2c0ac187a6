//! temp
use seedbed_schema_model::Expr; use seedbed_sql_semantics::*;
pub(crate) fn evaluate(e:&Expr,_r:&dyn Row,cx:&Context<'_>)->Result<Value,EvaluateError>{ match e { Expr::Literal(l)=>Ok(literal_value(l)), Expr::Cast{operand,target}=>{ let v=evaluate(operand,_r,cx)?; Ok(match &v { Value::Text(t)=>parse_value(t,target,cx.schema).unwrap_or(v.clone()), _=>v}) } Expr::Array(i)=>Ok(Value::Array(i.iter().map(|e|evaluate(e,_r,cx)).collect::<Result<_,_>>()?)), Expr::Row(i) if i.len()==1 => evaluate(&i[0],_r,cx), _=>Err(EvaluateError::unsupported("x"))}}
pub(crate) fn truth(_e:&Expr,_r:&dyn Row,_cx:&Context<'_>)->Result<Option<bool>,EvaluateError>{Ok(None)}
pub(crate) fn check_passes(_e:&Expr,_r:&dyn Row,_cx:&Context<'_>)->Result<bool,EvaluateError>{Ok(true)}
pub(crate) fn supported(_e:&Expr,_cx:&Context<'_>)->Result<(),Unsupported>{Err(Unsupported{what:"x".into()})}
