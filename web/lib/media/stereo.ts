/** The offer, asking for sound in stereo (RFC 7587 section 7.1): Chromium does not, and then plays it in mono. */
export function stereo(offer: string): string {
  // no other codec has this parameter; Firefox asks for stereo by itself
  return offer.includes("stereo=1") ? offer : offer.replace("useinbandfec=1", "useinbandfec=1;stereo=1");
}
