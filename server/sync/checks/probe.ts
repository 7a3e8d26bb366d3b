/**
 * The type of the events that the checks write or send. The app ignores it like every type that it does not know. A
 * check removes its own; what counts deliveries leaves this type out all the same.
 */
export const probeType = 'addendum.probe'
