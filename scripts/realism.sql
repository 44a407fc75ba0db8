-- What a careful reader would ask of a loaded table, in SQL alone: an independent second opinion beside
-- `fleetgen verify --checks realism`. Of trips: heartbeats of parked vehicles are left out. For the default scenario, some days of a few hundred vehicles, loaded with --truth.
-- Reads fleet_telemetry, fleet_telemetry_vehicle and fleet_telemetry_truth of the search path; gives one row a question.

CREATE TEMPORARY TABLE step AS
SELECT t.*, v.region, v.vehicle_class, c.true_latitude, c.true_longitude, c.device_fault,
       t.recorded_at AT TIME ZONE z.zone AS local_time,
       t.recorded_at + t.network_delay_ms * interval '1 ms' AS received_at,
       lag(t.trip_id) OVER w AS last_trip,
       extract(epoch FROM t.recorded_at - lag(t.recorded_at) OVER w) AS seconds,
       lag(t.speed_kmh) OVER w AS last_speed,
       lag(t.odometer_km) OVER w AS last_odometer,
       lag(t.latitude) OVER w AS last_latitude,
       lag(t.longitude) OVER w AS last_longitude,
       lag(t.gps_accuracy_m) OVER w AS last_accuracy,
       lag(t.recorded_at + t.network_delay_ms * interval '1 ms') OVER w AS last_received_at
  FROM fleet_telemetry t
  JOIN fleet_telemetry_vehicle v USING (vehicle_id)
  JOIN fleet_telemetry_truth c USING (record_id)
  JOIN (VALUES ('berlin', 'Europe/Berlin'), ('munich', 'Europe/Berlin'), ('madrid', 'Europe/Madrid'),
               ('warsaw', 'Europe/Warsaw'), ('chicago', 'America/Chicago')) z (region, zone) USING (region)
 WHERE t.trip_id IS NOT NULL
WINDOW w AS (PARTITION BY t.vehicle_id ORDER BY t.record_id);

CREATE TEMPORARY TABLE answer (n serial, question text, expected text, found numeric, holds boolean);

-- Rates of braking on the same roads by the same drivers: rates by driver and road, weighted alike (Mantel and Haenszel).
INSERT INTO answer (question, expected, found, holds)
SELECT 'braking in high against low traffic, times', 'at least 1.5', round(times, 2), times >= 1.5
  FROM (SELECT sum(b1 * n0 / (n0 + n1)) / sum(b0 * n1 / (n0 + n1)) AS times
          FROM (SELECT count(*) FILTER (WHERE traffic_density = 'high')::numeric AS n1,
                       count(*) FILTER (WHERE traffic_density = 'low')::numeric AS n0,
                       count(*) FILTER (WHERE traffic_density = 'high' AND braking_event)::numeric AS b1,
                       count(*) FILTER (WHERE traffic_density = 'low' AND braking_event)::numeric AS b0
                  FROM step GROUP BY vehicle_id, road_type) s
         WHERE n0 + n1 > 0) r;

INSERT INTO answer (question, expected, found, holds)
SELECT 'braking in rain against sun, times', 'at least 1.5', round(times, 2), times >= 1.5
  FROM (SELECT sum(b1 * n0 / (n0 + n1)) / sum(b0 * n1 / (n0 + n1)) AS times
          FROM (SELECT count(*) FILTER (WHERE weather = 'rainy')::numeric AS n1,
                       count(*) FILTER (WHERE weather = 'sunny')::numeric AS n0,
                       count(*) FILTER (WHERE weather = 'rainy' AND braking_event)::numeric AS b1,
                       count(*) FILTER (WHERE weather = 'sunny' AND braking_event)::numeric AS b0
                  FROM step GROUP BY vehicle_id, road_type, traffic_density) s
         WHERE n0 + n1 > 0) r;

INSERT INTO answer (question, expected, found, holds)
SELECT 'mean speed in the city below that in the country below that on highways, km/h', 'rises', round(rural), city < rural AND rural < highway
  FROM (SELECT avg(speed_kmh) FILTER (WHERE road_type = 'city')::numeric AS city,
               avg(speed_kmh) FILTER (WHERE road_type = 'rural')::numeric AS rural,
               avg(speed_kmh) FILTER (WHERE road_type = 'highway')::numeric AS highway
          FROM step) s;

-- Trips by hour and class: a peak has more than what lies between the two, and mornings of Saturdays have none. Taxis work by night,
-- and trucks are long on the road.
CREATE TEMPORARY TABLE starts AS
SELECT vehicle_class, extract(isodow FROM local_time) = 6 AS saturday, hour_of_day AS hour, count(*) AS trips
  FROM step
 WHERE last_trip IS DISTINCT FROM trip_id AND extract(isodow FROM local_time) <= 6
   AND vehicle_class IN ('company_car', 'delivery_van')
 GROUP BY 1, 2, 3;

INSERT INTO answer (question, expected, found, holds)
SELECT 'weekdays: trips of vans in the morning peak over those at noon, times', 'over 1.3', round(morning / noon, 2), morning > 1.3 * noon
  FROM (SELECT max(trips) FILTER (WHERE hour BETWEEN 6 AND 9)::numeric AS morning,
               min(trips) FILTER (WHERE hour BETWEEN 10 AND 15)::numeric AS noon
          FROM starts WHERE NOT saturday AND vehicle_class = 'delivery_van') s;
INSERT INTO answer (question, expected, found, holds)
SELECT 'weekdays: trips of cars in the evening peak over those at noon, times', 'over 1.15', round(evening / noon, 2), evening > 1.15 * noon
  FROM (SELECT max(trips) FILTER (WHERE hour BETWEEN 16 AND 19)::numeric AS evening,
               min(trips) FILTER (WHERE hour BETWEEN 10 AND 15)::numeric AS noon
          FROM starts WHERE NOT saturday AND vehicle_class = 'company_car') s;
INSERT INTO answer (question, expected, found, holds)
SELECT 'Saturdays: trips from 6 to 8 over those from 10 to 12, times', 'below 0.8', round(morning / noon, 2), morning < 0.8 * noon
  FROM (SELECT sum(trips) FILTER (WHERE hour BETWEEN 6 AND 8)::numeric AS morning,
               sum(trips) FILTER (WHERE hour BETWEEN 10 AND 12)::numeric AS noon
          FROM starts WHERE saturday) s;

-- Spells: hours in a row with the same weather.
CREATE TEMPORARY TABLE weather_hour AS
SELECT region, date_trunc('hour', recorded_at) AS hour, mode() WITHIN GROUP (ORDER BY weather) AS weather
  FROM step GROUP BY 1, 2;

INSERT INTO answer (question, expected, found, holds)
SELECT 'mean spell of one weather, hours', '4 to 30', round(hours / spells, 1), hours / spells BETWEEN 4 AND 30
  FROM (SELECT count(*)::numeric AS hours,
               count(*) FILTER (WHERE weather IS DISTINCT FROM before)::numeric AS spells
          FROM (SELECT weather, lag(weather) OVER (PARTITION BY region ORDER BY hour) AS before FROM weather_hour) s) r;
INSERT INTO answer (question, expected, found, holds)
SELECT 'hours in which two regions have the same weather, share', 'below 0.8', round(avg((a.weather = b.weather)::int), 3), avg((a.weather = b.weather)::int) < 0.8
  FROM weather_hour a JOIN weather_hour b ON a.hour = b.hour AND a.region < b.region;
INSERT INTO answer (question, expected, found, holds)
SELECT 'hours of one weather: largest difference between two weeks of a region, share', 'over 0.1', round(max(difference), 3), max(difference) > 0.1
  FROM (SELECT max(share) - min(share) AS difference
          FROM (SELECT region, w.weather, avg((h.weather = w.weather)::int) AS share
                  FROM weather_hour h CROSS JOIN (VALUES ('sunny'), ('cloudy'), ('rainy'), ('foggy'), ('snowy')) w (weather)
                 GROUP BY region, w.weather, date_trunc('week', hour) HAVING count(*) > 72) s
         GROUP BY region, weather) r;

-- Two vehicles within 20 m and 60 s, by true positions: cells of that size, then the distance itself.
CREATE TEMPORARY TABLE meeting AS
SELECT a.weather = b.weather AS same_weather, a.road_type = b.road_type AS same_road
  FROM (SELECT *, floor(extract(epoch FROM recorded_at) / 60) AS minute, floor(true_latitude / 0.00018) AS cell FROM step WHERE device_fault = 'none') a
  JOIN (SELECT *, floor(extract(epoch FROM recorded_at) / 60) AS minute, floor(true_latitude / 0.00018) AS cell FROM step WHERE device_fault = 'none') b
    ON a.minute = b.minute AND a.cell = b.cell AND a.vehicle_id < b.vehicle_id
   AND 111195 * sqrt((a.true_latitude - b.true_latitude) ^ 2
                     + ((a.true_longitude - b.true_longitude) * cos(radians(a.true_latitude))) ^ 2) < 20;
INSERT INTO answer (question, expected, found, holds)
SELECT 'vehicles within 20 m and 60 s that agree on weather, share', 'at least 0.99', round(avg(same_weather::int), 4), avg(same_weather::int) >= 0.99 FROM meeting;
INSERT INTO answer (question, expected, found, holds)
SELECT 'vehicles within 20 m and 60 s that agree on the road, share', 'at least 0.95', round(avg(same_road::int), 4), avg(same_road::int) >= 0.95 FROM meeting;

-- Pairs of events: how much more often than by chance.
INSERT INTO answer (question, expected, found, holds)
SELECT 'braking with a collision alert, times chance', 'over 3', round(lift, 1), lift > 3
  FROM (SELECT count(*) FILTER (WHERE braking_event AND collision_alert)::numeric * count(*)
               / (count(*) FILTER (WHERE braking_event) * count(*) FILTER (WHERE collision_alert)) AS lift FROM step) s;
INSERT INTO answer (question, expected, found, holds)
SELECT 'harsh acceleration while speeding, times chance', 'over 3', round(lift, 1), lift > 3
  FROM (SELECT count(*) FILTER (WHERE speeding_event AND harsh_acceleration_event)::numeric * count(*)
               / (count(*) FILTER (WHERE speeding_event) * count(*) FILTER (WHERE harsh_acceleration_event)) AS lift FROM step) s;

INSERT INTO answer (question, expected, found, holds)
SELECT 'a sensor fault while GPS is lost, times chance', 'over 3', round(lift, 1), lift > 3
  FROM (SELECT count(*) FILTER (WHERE gps_loss_event AND sensor_fault_event)::numeric * count(*)
               / (count(*) FILTER (WHERE gps_loss_event) * count(*) FILTER (WHERE sensor_fault_event)) AS lift FROM step) s;

INSERT INTO answer (question, expected, found, holds)
SELECT 'the worst tenth of drivers, share of braking per hour', 'over 0.3', round(worst / total, 3), worst / total > 0.3
  FROM (SELECT sum(rate) FILTER (WHERE tenth = 1) AS worst, sum(rate) AS total
          FROM (SELECT rate, ntile(10) OVER (ORDER BY rate DESC) AS tenth
                  FROM (SELECT count(*) FILTER (WHERE braking_event)::numeric / count(*) AS rate FROM step GROUP BY vehicle_id) d) s) r;

-- Motion between two records of a trip.
INSERT INTO answer (question, expected, found, holds)
SELECT 'records that went further than the odometer, within GPS error, share', 'below 0.001', round(avg(far::int), 6), avg(far::int) < 0.001
  FROM (SELECT 111195 * sqrt((latitude - last_latitude) ^ 2 + ((longitude - last_longitude) * cos(radians(latitude))) ^ 2)
               > 1000 * (odometer_km - last_odometer) + 1 + 3 * (gps_accuracy_m + last_accuracy) AS far
          FROM step WHERE trip_id = last_trip AND latitude IS NOT NULL AND last_latitude IS NOT NULL) s;
INSERT INTO answer (question, expected, found, holds)
SELECT 'records whose odometer is out of reach of their speeds and peak acceleration, share', 'below 0.001', round(avg(off::int), 6), avg(off::int) < 0.001
  FROM (SELECT abs(1000 * (odometer_km - last_odometer) - (speed_kmh + last_speed) / 7.2 * seconds)
               > 1.01 + (abs(acceleration_ms2) + 0.505) * seconds ^ 2 / 4 AS off
          FROM step WHERE trip_id = last_trip) s;
INSERT INTO answer (question, expected, found, holds)
SELECT 'records whose speed changed more than the peak allows, share', 'below 0.001', round(avg(off::int), 6), avg(off::int) < 0.001
  FROM (SELECT abs(speed_kmh - last_speed) / 3.6 > (abs(acceleration_ms2) + 0.005) * seconds + 0.01 AS off
          FROM step WHERE trip_id = last_trip) s;
INSERT INTO answer (question, expected, found, holds)
SELECT 'records at which the odometer fell', '0', count(*), count(*) = 0 FROM step WHERE odometer_km < last_odometer;
INSERT INTO answer (question, expected, found, holds)
SELECT 'trips that start or end moving', '0', count(*), count(*) = 0 FROM step WHERE trip_id <> last_trip AND (speed_kmh > 0 OR last_speed > 0);
INSERT INTO answer (question, expected, found, holds)
SELECT 'records of lost GPS with coordinates, or the other way round', '0', count(*), count(*) = 0 FROM step WHERE gps_loss_event <> (latitude IS NULL);

-- Arrival.
INSERT INTO answer (question, expected, found, holds)
SELECT 'the latest arrival, minutes', 'at most 60', round(max(network_delay_ms) / 60000.0, 2), max(network_delay_ms) <= 3600000 FROM step;
INSERT INTO answer (question, expected, found, holds)
SELECT 'records of one vehicle that arrive before an earlier one', '0', count(*), count(*) = 0 FROM step WHERE received_at < last_received_at;

-- Labels are as frequent as the scores say, and every reading changes.
INSERT INTO answer (question, expected, found, holds)
SELECT 'risky records over the sum of the scores, times', '0.97 to 1.03', round(times, 3), times BETWEEN 0.97 AND 1.03
  FROM (SELECT count(*) FILTER (WHERE risk_label = 'risky')::numeric / sum(risk_score)::numeric AS times FROM step) s;
INSERT INTO answer (question, expected, found, holds)
SELECT 'columns with one value only', '0', count(*), count(*) = 0
  FROM (SELECT count(DISTINCT weather), count(DISTINCT road_type), count(DISTINCT traffic_density), count(DISTINCT hour_of_day),
               count(DISTINCT temperature_c), count(DISTINCT signal_strength_dbm), count(DISTINCT sensor_battery_pct),
               count(DISTINCT event_type), count(DISTINCT risk_score), count(DISTINCT risk_label), count(DISTINCT heading_deg)
          FROM step) s (a, b, c, d, e, f, g, h, i, j, k), LATERAL unnest(ARRAY[a, b, c, d, e, f, g, h, i, j, k]) u (n)
 WHERE u.n < 2;

-- A tenth of a reading's range holds a tenth of its records only if it is drawn evenly.
INSERT INTO answer (question, expected, found, holds)
SELECT 'readings that are spread evenly', '0', count(*), count(*) = 0
  FROM (SELECT reading, max(share) - min(share) AS unlike
          FROM (SELECT reading, width_bucket(value, least - 1e-9, most + 1e-9, 10) AS tenth, count(*) / max(total)::numeric AS share
                  FROM (SELECT reading, value, min(value) OVER p AS least, max(value) OVER p AS most, count(*) OVER p AS total
                          FROM step, LATERAL (VALUES ('speed', speed_kmh), ('acceleration', acceleration_ms2), ('temperature', temperature_c),
                                                     ('battery', sensor_battery_pct), ('signal', signal_strength_dbm), ('score', risk_score)) r (reading, value)
                         WHERE record_id % 10 = 0
                        WINDOW p AS (PARTITION BY reading)) s
                 GROUP BY 1, 2) t
         GROUP BY reading) u
 WHERE unlike < 0.05;

SELECT question, expected, found, holds FROM answer ORDER BY n;
