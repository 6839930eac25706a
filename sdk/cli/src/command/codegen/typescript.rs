//! TypeScript: keys as constants, and typed questions to a client of OpenFeature, which asks
//! Tenantry over OFREP.
//!
//! **Invariants**
//! - The code imports nothing. What it asks of a client, OpenFeature's server SDK has.
//! - Only syntax that can be erased, so that tools which strip types can run it.

use std::fmt::Write as _;

use super::flags::{CodeFlag, Payload};
use super::names::Named;
use super::text;

pub(super) fn code(project: &str, flags: &[Named<'_>]) -> String {
    let mut code = format!(
        "\
// The flags of the project {project}, written by `tenantry codegen typescript`. Do not edit this
// file: run that again, and where code asks for a flag that is gone, it does not compile any more.

/** The keys of the flags. */
export const keys = {{
"
    );
    for Named { flag, name } in flags {
        documentation(&mut code, flag);
        line(&mut code, format_args!("  {name}: {},", literal(&flag.key)));
    }
    code += "\
} as const;

/** The key of a flag. */
export type FlagKey = (typeof keys)[keyof typeof keys];

/** What rules may test, besides the tenant. */
export type Attributes = Record<string, string | number | boolean>;

/** What is asked: a client of OpenFeature's server SDK, or anything like it. */
export interface FlagClient {
  getBooleanValue(key: string, fallback: boolean, context?: Attributes): Promise<boolean>;
  getNumberValue(key: string, fallback: number, context?: Attributes): Promise<number>;
  getStringValue(key: string, fallback: string, context?: Attributes): Promise<string>;
}

/** All flags whose type is known, as questions. */
export class Flags {
  readonly #client: FlagClient;

  constructor(client: FlagClient) {
    this.#client = client;
  }
";
    for Named { flag, name } in flags {
        let (kind, question, fallback) = match flag.payload {
            Payload::None => ("boolean", "getBooleanValue", " = false"),
            Payload::Boolean => ("boolean", "getBooleanValue", ""),
            Payload::Integer | Payload::Number => ("number", "getNumberValue", ""),
            Payload::String => ("string", "getStringValue", ""),
            Payload::Json | Payload::Mixed | Payload::Unknown => continue,
        };
        // A fallback that need not be given has its type from its value.
        let kind_of_fallback = if fallback.is_empty() {
            format!(": {kind}")
        } else {
            String::new()
        };
        code.push('\n');
        documentation(&mut code, flag);
        line(
            &mut code,
            format_args!(
                "  {name}(tenant: string, fallback{kind_of_fallback}{fallback}, attributes: Attributes = {{}}): Promise<{kind}> {{
    return this.#client.{question}({key}, fallback, {{ ...attributes, targetingKey: tenant }});
  }}",
                key = literal(&flag.key)
            ),
        );
    }
    code += "}\n";
    code
}

fn documentation(code: &mut String, flag: &CodeFlag) {
    line(code, format_args!("  /**"));
    let mut lines = text::lines(flag, escaped);
    match flag.payload {
        Payload::Json => lines.push("Its variants carry structures.".into()),
        Payload::Mixed => lines.push("Its variants carry values of several types.".into()),
        Payload::Unknown => lines.push("It has variants.".into()),
        _ => {}
    }
    if flag.overdue {
        lines.push(String::new());
        lines.push(format!("@deprecated {}", text::overdue(flag)));
    }
    for text in lines {
        line(code, format_args!("   * {text}"));
    }
    line(code, format_args!("   */"));
}

/// A key as a literal: its grammar has nothing that would have to be escaped.
fn literal(key: &str) -> String {
    format!("\"{key}\"")
}

/// Text that ends no comment and is no tag of its own.
fn escaped(text: &str) -> String {
    text.replace("*/", "*\\/").replace('@', "\\@")
}

/// Adds a line without white space at its end.
fn line(code: &mut String, text: std::fmt::Arguments<'_>) {
    let begin = code.len();
    write!(code, "{text}").expect("a string takes everything");
    code.truncate(begin + code[begin..].trim_end().len());
    code.push('\n');
}

#[cfg(test)]
mod tests {
    use insta::assert_snapshot;

    use super::super::names::{Case, named};
    use super::*;

    #[test]
    fn each_flag_has_a_key_and_where_its_type_is_known_a_question() {
        let flags = [
            CodeFlag {
                key: "new-billing".into(),
                name: "New */ @billing".into(),
                kind: "release".into(),
                owner: Some("ada".into()),
                expires_on: "2026-10-01".parse().ok(),
                overdue: true,
                ..CodeFlag::default()
            },
            CodeFlag {
                key: "page-size".into(),
                kind: "ops".into(),
                payload: Payload::Integer,
                ..CodeFlag::default()
            },
            CodeFlag {
                key: "limits".into(),
                kind: "ops".into(),
                payload: Payload::Json,
                ..CodeFlag::default()
            },
        ];
        assert_snapshot!(code("shop", &named(&flags, Case::Camel)), @r##"
        // The flags of the project shop, written by `tenantry codegen typescript`. Do not edit this
        // file: run that again, and where code asks for a flag that is gone, it does not compile any more.

        /** The keys of the flags. */
        export const keys = {
          /**
           * `new-billing`: New *\/ \@billing
           *
           * Kind release, owner ada, expires on 2026-10-01.
           *
           * @deprecated the flag new-billing expired on 2026-10-01 and is overdue: delete it
           */
          newBilling: "new-billing",
          /**
           * `page-size`
           *
           * Kind ops, owner nobody, no expiry.
           */
          pageSize: "page-size",
          /**
           * `limits`
           *
           * Kind ops, owner nobody, no expiry.
           * Its variants carry structures.
           */
          limits: "limits",
        } as const;

        /** The key of a flag. */
        export type FlagKey = (typeof keys)[keyof typeof keys];

        /** What rules may test, besides the tenant. */
        export type Attributes = Record<string, string | number | boolean>;

        /** What is asked: a client of OpenFeature's server SDK, or anything like it. */
        export interface FlagClient {
          getBooleanValue(key: string, fallback: boolean, context?: Attributes): Promise<boolean>;
          getNumberValue(key: string, fallback: number, context?: Attributes): Promise<number>;
          getStringValue(key: string, fallback: string, context?: Attributes): Promise<string>;
        }

        /** All flags whose type is known, as questions. */
        export class Flags {
          readonly #client: FlagClient;

          constructor(client: FlagClient) {
            this.#client = client;
          }

          /**
           * `new-billing`: New *\/ \@billing
           *
           * Kind release, owner ada, expires on 2026-10-01.
           *
           * @deprecated the flag new-billing expired on 2026-10-01 and is overdue: delete it
           */
          newBilling(tenant: string, fallback = false, attributes: Attributes = {}): Promise<boolean> {
            return this.#client.getBooleanValue("new-billing", fallback, { ...attributes, targetingKey: tenant });
          }

          /**
           * `page-size`
           *
           * Kind ops, owner nobody, no expiry.
           */
          pageSize(tenant: string, fallback: number, attributes: Attributes = {}): Promise<number> {
            return this.#client.getNumberValue("page-size", fallback, { ...attributes, targetingKey: tenant });
          }
        }
        "##);
    }
}
