package dev.countersign.events.usecase;

import dev.countersign.events.WebhookUrl;
import dev.countersign.events.sending.PinnedPost;
import dev.countersign.events.sending.Reply.Why;
import dev.countersign.identity.Roles;
import dev.countersign.kernel.Principal;
import dev.countersign.kernel.Refusal;

/// What is asked before somebody has events sent somewhere.
final class Receivers {
  private static final String READ = "ledger:read";

  private Receivers() {}

  /// Throws `Refusal.Invalid` unless something could be sent there now. It is asked again at each
  /// connection; here it is so that a mistake is told to who makes it.
  static void require(PinnedPost post, WebhookUrl url) {
    var refused = post.refusal(url);
    if (refused.isPresent()) {
      throw new Refusal.Invalid("/url", refused.get().word(), rule(refused.get()));
    }
  }

  private static String rule(Why why) {
    return switch (why) {
      case UNRESOLVED, TIMED_OUT -> "has a host that has no address now";
      case ADDRESS_NOT_ALLOWED ->
          "leads to an address that is not public; the operator can allow networks of his own";
      case NOT_ENCRYPTED -> "must begin with `https`";
      case UNREACHABLE, UNTRUSTED, NOT_HTTP -> "cannot be used";
    };
  }

  /// Who has the log's entries sent to an address of his choice reads them: a key that is narrowed
  /// to webhooks must not read by way of one what it may not read itself.
  static void requireReader(Principal principal) {
    if (!Roles.permit(principal, READ)) {
      throw new Refusal.Forbidden("permission_denied", "the key does not carry `" + READ + "`");
    }
  }
}
