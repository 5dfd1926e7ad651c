package dev.countersign.trust.laboratory;

/// A rule that promotes and demotes one scope between "people decide" and "runs by itself".
///
/// Mutable, one per scope and worker; [#enter] makes it new.
interface Contender {

  String word();

  /// A new scope begins.
  ///
  /// @param scope which of its tenant and action type, from 1
  void enter(int scope);

  boolean automatic();

  /// A proposal's window has closed; called in the order of proposing, for what people decided.
  void closed(boolean harm);

  /// News of what people decided, when it comes.
  void reviewed(boolean harm);

  /// News of what ran by itself, when it comes; an outcome that is overdue is a harm.
  ///
  /// @param overdue whether nobody observed it
  void ran(boolean harm, boolean overdue);
}
