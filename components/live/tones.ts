/** Sounds of alarms: P1 three rising pulses, P2 one chime; the test is both in short. */
export type Tone = 'P1' | 'P2' | 'TEST';

/** Frequency in Hz, start and length in seconds. */
interface Pulse {
  frequency: number;
  at: number;
  length: number;
}

const PULSES: Record<Tone, readonly Pulse[]> = {
  P1: [
    { frequency: 660, at: 0, length: 0.18 },
    { frequency: 880, at: 0.26, length: 0.18 },
    { frequency: 1_175, at: 0.52, length: 0.24 },
  ],
  P2: [{ frequency: 784, at: 0, length: 0.5 }],
  TEST: [
    { frequency: 660, at: 0, length: 0.14 },
    { frequency: 880, at: 0.2, length: 0.2 },
  ],
};

const VOLUME = 0.25;
const RAMP_S = 0.02;

/** Plays a tone now. The context must run; a suspended one stays silent. */
export function playTone(context: AudioContext, tone: Tone): void {
  for (const { frequency, at, length } of PULSES[tone]) {
    const start = context.currentTime + at;
    const oscillator = context.createOscillator();
    const gain = context.createGain();
    oscillator.type = 'sine';
    oscillator.frequency.value = frequency;
    gain.gain.setValueAtTime(0, start);
    gain.gain.linearRampToValueAtTime(VOLUME, start + RAMP_S);
    gain.gain.setValueAtTime(VOLUME, start + length - RAMP_S);
    gain.gain.linearRampToValueAtTime(0, start + length);
    oscillator.connect(gain).connect(context.destination);
    oscillator.start(start);
    oscillator.stop(start + length);
  }
}
