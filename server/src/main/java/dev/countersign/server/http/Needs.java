package dev.countersign.server.http;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/// The permission that a route needs, or [#NOTHING] for one that is open to everybody.
///
/// A route without it is refused to everybody.
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.METHOD)
public @interface Needs {
  /// Open without a credential.
  String NOTHING = "";

  String value();

  /// The actions of the ledger entry that success writes, such as `proposal.created`: one of them,
  /// once. A refusal for lack of the permission is recorded under the first. Empty for routes that
  /// change nothing.
  String[] records() default {};

  /// The largest body in bytes.
  int largest() default Bodies.LARGEST;
}
