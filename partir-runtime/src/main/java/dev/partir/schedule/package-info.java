/**
 * What a user says about sharding, and whether it is valid: {@link dev.partir.schedule.Schedule},
 * its tactics and actions, the neutral {@link dev.partir.schedule.ProgramModel} they speak of, and
 * the {@link dev.partir.schedule.ShardingVerifier} that the annotation processor and the command
 * line share. How a schedule is carried out is the business of {@code dev.partir.core} and {@code
 * dev.partir.spmd}; nothing here looks into operations.
 *
 * <p>Everything here also runs inside {@code javac}: it depends on {@code dev.partir.ir} and {@code
 * dev.partir.mesh} alone.
 */
@NullMarked
package dev.partir.schedule;

import org.jspecify.annotations.NullMarked;
