package dev.countersign.trust.laboratory;

/// A rule that promotes and demotes one scope between "people decide" and "runs by itself".
///
/// Mutable, for one scope and one thread at a time; [#enter] makes it new. It hears everything as
/// it comes, also of what was under way when the scope was promoted or lowered: what it does not
/// count then is its own affair.
public interface Contender {

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

  /// News of what ran by itself and was overdue before: it was told of by [#ran] once already.
  void late(boolean harm);
}
