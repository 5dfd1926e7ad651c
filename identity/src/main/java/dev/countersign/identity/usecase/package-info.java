/// What is done with tenants and keys, one class a verb.
@NullMarked
package dev.countersign.identity.usecase;

import org.jspecify.annotations.NullMarked;
