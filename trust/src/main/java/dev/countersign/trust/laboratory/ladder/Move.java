package dev.countersign.trust.laboratory.ladder;

import dev.countersign.trust.Stage;

/// One move of a made-up scope between stages.
///
/// @param falsely whether every proposal that counted for it was at least as likely to do harm as
///   the step's budget says
record Move(int moment, Stage from, Stage to, boolean falsely) {

  boolean promotion() {
    return to.compareTo(from) > 0;
  }
}
