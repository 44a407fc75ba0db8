/** Days since 1970-01-01 to the Gregorian calendar, by integer arithmetic, so that no Date is made per value. */

const DAYS_IN_ERA = 146_097;
/** 0000-03-01 to 1970-01-01: counting years from March puts the leap day last. */
const DAYS_TO_EPOCH = 719_468;

/** The last day whose year has four digits, 9999-12-31. */
export const LAST_DAY = 2_932_896;

/** Year, month and day packed as year x 10000 + month x 100 + day; for days 0..LAST_DAY. */
export function packedDate(days: number): number {
  const shifted = days + DAYS_TO_EPOCH;
  const era = Math.floor(shifted / DAYS_IN_ERA);
  const dayOfEra = shifted - era * DAYS_IN_ERA;
  const leaps = Math.floor(dayOfEra / 1460) - Math.floor(dayOfEra / 36_524) + Math.floor(dayOfEra / 146_096);
  const yearOfEra = Math.floor((dayOfEra - leaps) / 365);
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const monthFromMarch = Math.floor((5 * dayOfYear + 2) / 153);
  const day = dayOfYear - Math.floor((153 * monthFromMarch + 2) / 5) + 1;
  const month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9;
  const year = era * 400 + yearOfEra + (month <= 2 ? 1 : 0);
  return year * 10_000 + month * 100 + day;
}
