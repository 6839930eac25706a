//! The compiler: from a flag's document to its compiled form.

use crate::flag::CompiledFlag;
use crate::model::{FlagDefinition, Problems};

/// Compiles a flag.
///
/// # Errors
/// All the document's problems at once; their paths are relative to the targeting.
pub fn compile(definition: &FlagDefinition) -> Result<CompiledFlag, Problems> {
    let _ = definition;
    unimplemented!()
}
