/** Streams of random numbers of weather and traffic, above those of sfc32.ts; each holds for all of absolute time. */
export const CONDITIONS_STREAM = {
  wetness: 32,
  cloud: 33,
  temperature: 34,
  ownWetness: 35,
  ownCloud: 36,
  fog: 37,
  trafficDay: 38,
  trafficRegion: 39,
  /** Plus the zone's code. */
  trafficZone: 40,
  incidents: 48,
} as const;

/** Added to an index of absolute time, which is negative before 1970, to make the key's 24 bits of time. */
export const TIME_ORIGIN = 8388608;
