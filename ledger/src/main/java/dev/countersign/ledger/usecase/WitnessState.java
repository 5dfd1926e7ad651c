package dev.countersign.ledger.usecase;

import java.time.Instant;
import java.util.Optional;

/// How it stands with a witness, as this node last saw it.
///
/// @param size of the checkpoint that it cosigned last, as far as is known
/// @param answered when it last cosigned
/// @param problem why the last submission brought nothing, if it did not
public record WitnessState(
    String name, long size, Optional<Instant> answered, Optional<String> problem) {}
