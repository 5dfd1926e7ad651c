package dev.countersign.workflow.usecase;

import java.util.List;
import java.util.stream.Stream;

/// Everything that an actor may do.
final class Repertoire {
  static final List<PlayedMove> ALL =
      Stream.of(CaseMoves.ALL, DecisionMoves.ALL, Obstacle.moves()).flatMap(List::stream).toList();

  private static final int WEIGHTS = ALL.stream().mapToInt(PlayedMove::weight).sum();

  private Repertoire() {}

  /// Whatever comes to his mind next.
  static PlayedMove drawn(Scene scene) {
    int left = scene.random().nextInt(WEIGHTS);
    for (var move : ALL) {
      left -= move.weight();
      if (left < 0) {
        return move;
      }
    }
    throw new AssertionError();
  }
}
