/// People and outcomes for a scenario pack, made up from a seed, who act through the API as real
/// ones would.
///
/// Start at [Simulation], which drives a [PackModel] against a server. [ModelReader] reads the
/// model from YAML; [SimulatedCase] is a case that it makes up, and [Judgement] what people and the
/// world say of one step of it.
///
/// What always holds, each a test:
///
/// - The same seed makes the same cases, people and outcomes, on any machine, whatever the server
///   and the number of threads do; another seed makes others (`PackModelTest`).
/// - What is to be learned can be learned: a model's own probabilities separate its outcomes and
///   are calibrated, an agent's confidence is worth less than they and more than nothing, and
///   reviewers differ (`LearnableTest`).
/// - A model is refused with all of its problems at once, and none of its parts is code
///   (`ModelReaderTest`).
@NullMarked
package dev.countersign.cli.simulate;

import org.jspecify.annotations.NullMarked;
