/**
 * What a partitioning did and what it would cost, as one record, and its three forms: JSON for
 * tools, Markdown for reviews, and a page of HTML for people. The record holds plain numbers and
 * names, so that every form is a function of it and nothing is computed twice. Numbers come from
 * {@code dev.partir.sim.cost} and from the simulator.
 */
@NullMarked
package dev.partir.sim.report;

import org.jspecify.annotations.NullMarked;
