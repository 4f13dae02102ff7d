// Where the phone is, as an event. Rejects with the key of the words that explain why not.

const OPTIONS = { enableHighAccuracy: true, timeout: 30000, maximumAge: 30000 };
const DENIED = 1;

export function place() {
  return new Promise((resolve, reject) => {
    if (!navigator.geolocation) {
      reject("location_failed");
      return;
    }
    navigator.geolocation.getCurrentPosition(
      ({ coords }) =>
        resolve({
          kind: "location",
          latitude: coords.latitude,
          longitude: coords.longitude,
          altitude: coords.altitude || 0,
          accuracy: coords.accuracy || 0,
        }),
      (error) => reject(error.code === DENIED ? "location_denied" : "location_failed"),
      OPTIONS,
    );
  });
}
