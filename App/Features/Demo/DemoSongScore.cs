namespace Downbeat.Features.Demo;

/// <summary>Who plays a note.</summary>
internal enum DemoSongInstrument
{
    Kick, Snare, Clap, ClosedHat, OpenHat, Tom, Crash, Riser,
    Bass, Pad, Pluck, Bell, Lead,
}

/// <summary>One note of the score.</summary>
/// <param name="Instrument">Who plays it.</param>
/// <param name="Step">Start, in sixteenths from the beginning of the song.</param>
/// <param name="Steps">Length in sixteenths; one-shot drums ignore it.</param>
/// <param name="Pitch">MIDI note number; untuned drums ignore it.</param>
/// <param name="Velocity">Loudness, 0 to 1.</param>
/// <param name="Brightness">How far the filter stands open, 0 to 1.</param>
internal readonly record struct DemoSongNote(DemoSongInstrument Instrument, int Step, int Steps, int Pitch, float Velocity, float Brightness = 0.5f);

/// <summary>One part of the form and what is played in each of its bars.</summary>
/// <param name="Label">The word that analysis uses for it.</param>
/// <param name="Bars">Its length.</param>
/// <param name="Play">Gives the notes of one bar, counted from 0 in the part, with steps counted from the start of that bar.</param>
internal sealed record DemoSongPart(string Label, int Bars, Func<int, IEnumerable<DemoSongNote>> Play);

/// <summary>A chord: the bass note and four voices above it, as MIDI note numbers.</summary>
internal sealed record DemoSongChord(int Bass, params int[] Voices);

/// <summary>The notes of the demo song: 24 bars in F sharp minor at 120 beats a minute, so that a beat is a whole number of samples and of video frames.</summary>
internal static class DemoSongScore
{
    public const double TempoBpm = 120;
    public const int BeatsPerBar = 4;
    public const int StepsPerBar = 16;

    private static readonly DemoSongChord FSharpMinor9 = new(30, 57, 61, 64, 68);
    private static readonly DemoSongChord DMajor9 = new(38, 54, 57, 61, 64);
    private static readonly DemoSongChord AAdd9 = new(33, 57, 59, 61, 64);
    private static readonly DemoSongChord ESixth = new(28, 56, 59, 61, 64);
    private static readonly DemoSongChord BMinor9 = new(35, 57, 62, 66, 73);

    private static readonly DemoSongChord[] VerseChords = [FSharpMinor9, DMajor9, AAdd9, ESixth];
    private static readonly DemoSongChord[] ChorusChords = [DMajor9, ESixth, FSharpMinor9, AAdd9];
    private static readonly DemoSongChord[] BreakdownChords = [BMinor9, DMajor9, FSharpMinor9, ESixth];
    private static readonly DemoSongChord[] OutroChords = [FSharpMinor9, DMajor9, AAdd9, AAdd9];

    // Step, length and pitch of each note; the long-short-long of three sixteenths is what makes it a hook.
    private static readonly (int Step, int Steps, int Pitch)[][] Hook =
    [
        [(0, 3, 78), (3, 3, 76), (6, 2, 73), (8, 6, 76)],
        [(0, 3, 71), (3, 3, 73), (6, 2, 76), (8, 6, 71), (14, 2, 73)],
        [(0, 3, 73), (3, 3, 76), (6, 2, 78), (8, 4, 81), (12, 4, 78)],
        [(0, 6, 76), (6, 2, 73), (8, 4, 71), (12, 2, 69), (14, 2, 71)],
    ];

    private static readonly (int Step, int Steps, int Pitch)[][] BellTune =
    [
        [(0, 6, 78), (6, 6, 74), (12, 4, 73)],
        [(0, 6, 76), (6, 10, 73)],
        [(0, 6, 80), (6, 6, 76), (12, 4, 73)],
        [(0, 8, 76), (8, 8, 71)],
    ];

    /// <summary>The parts in the order in which they are played.</summary>
    public static IReadOnlyList<DemoSongPart> Form { get; } =
    [
        new("intro", 4, Intro),
        new("verse", 4, Verse),
        new("chorus", 4, bar => Chorus(bar, last: false)),
        new("breakdown", 4, Breakdown),
        new("chorus", 4, bar => Chorus(bar, last: true)),
        new("outro", 4, Outro),
    ];

    /// <summary>Length of the song in bars.</summary>
    public static int Bars { get; } = Form.Sum(part => part.Bars);

    /// <summary>Length of the song in samples.</summary>
    public static int LengthSamples => SampleOf(Bars * StepsPerBar);

    /// <summary>The sample on which a sixteenth begins.</summary>
    public static int SampleOf(int step) => (int)Math.Round(step * 60.0 * BeatsPerBar * DemoSong.SampleRate / (TempoBpm * StepsPerBar));

    /// <summary>Every note of the song, part by part.</summary>
    public static IEnumerable<DemoSongNote> Notes()
    {
        int step = 0;
        foreach (var part in Form)
        {
            for (int bar = 0; bar < part.Bars; bar++, step += StepsPerBar)
            {
                foreach (var note in part.Play(bar))
                {
                    yield return note with { Step = step + note.Step };
                }
            }
        }
    }

    private static IEnumerable<DemoSongNote> Intro(int bar) =>
    [
        .. First(bar, Hit(DemoSongInstrument.Crash, 0.45f)),
        .. Pattern(DemoSongInstrument.ClosedHat, bar < 2 ? "x...o...x...o..." : "x.o.x.o.x.o.x.oo", 0.55f),
        .. bar >= 2 ? Pattern(DemoSongInstrument.Kick, "x...x...x...x...", 0.8f) : [],
        .. Arpeggio(VerseChords[bar], "0.2.1.3.2.4.3.5.", 0.62f, brightness: 0.12f + (bar * 0.13f)),
        .. Pads(VerseChords[bar], 0.35f, brightness: 0.15f + (bar * 0.08f)),
        .. bar == 3 ? Riser(8, 8, 0.55f) : [],
        .. bar == 3 ? Pattern(DemoSongInstrument.Tom, "............4.20", 0.7f) : [],
    ];

    private static IEnumerable<DemoSongNote> Verse(int bar) =>
    [
        .. First(bar, Hit(DemoSongInstrument.Crash, 0.6f)),
        .. Pattern(DemoSongInstrument.Kick, bar == 3 ? "x...x...x......." : "x...x...x...x...", 0.92f),
        .. Pattern(DemoSongInstrument.Snare, bar == 3 ? "....x.......xoxx" : "....x.......x..o", 0.8f),
        .. Pattern(DemoSongInstrument.ClosedHat, "x.o.x.o.x.o.x.oo", 0.7f),
        .. BassLine(VerseChords[bar], "0..0..0.0..0..1.", 0.8f, brightness: 0.3f),
        .. Arpeggio(VerseChords[bar], "0.2.1.3.2.4.3.1.", 0.6f, brightness: 0.4f),
        .. Pads(VerseChords[bar], 0.3f, brightness: 0.25f),
        .. bar == 3 ? Riser(0, 16, 0.75f) : [],
    ];

    private static IEnumerable<DemoSongNote> Chorus(int bar, bool last) =>
    [
        .. First(bar, Hit(DemoSongInstrument.Crash, 1)),
        .. Pattern(DemoSongInstrument.Kick, "x...x...x...x...", 1),
        .. Pattern(DemoSongInstrument.Snare, bar == 3 ? "....x.......x.ox" : "....x.......x...", 0.9f),
        .. Pattern(DemoSongInstrument.Clap, "....x.......x...", 0.9f),
        .. Pattern(DemoSongInstrument.ClosedHat, "xoooxoooxoooxooo", 0.75f),
        .. Pattern(DemoSongInstrument.OpenHat, "..x...x...x...x.", 0.85f),
        .. bar == 3 ? Pattern(DemoSongInstrument.Tom, "..........64.2.0", 0.75f) : [],
        .. BassLine(ChorusChords[bar], "0.00.00.0.00.01.", 0.95f, brightness: 0.6f),
        .. Pads(ChorusChords[bar], 0.85f, brightness: 0.75f),
        .. Arpeggio(ChorusChords[bar], last ? "0213243521324354" : "0.2.1.3.2.4.3.5.", last ? 0.5f : 0.45f, brightness: 0.7f),
        .. Tune(DemoSongInstrument.Lead, Hook[bar], 0, 0.9f),
        .. last ? Tune(DemoSongInstrument.Bell, Hook[bar], 12, 0.55f) : [],
    ];

    private static IEnumerable<DemoSongNote> Breakdown(int bar) =>
    [
        .. First(bar, Hit(DemoSongInstrument.Crash, 0.7f)),
        .. bar < 2 ? Pattern(DemoSongInstrument.Kick, "x...............", 0.75f) : [],
        .. Pattern(DemoSongInstrument.ClosedHat, "x...x...x...x...", 0.35f),
        .. Pads(BreakdownChords[bar], 0.75f, brightness: 0.2f + (bar * 0.12f)),
        .. Tune(DemoSongInstrument.Bell, BellTune[bar], 0, 0.8f),
        .. Arpeggio(BreakdownChords[bar], "0...2...1...3...", 0.4f, brightness: 0.25f + (bar * 0.1f)),
        .. bar == 2 ? Pattern(DemoSongInstrument.Snare, "o...o...o...o...", 0.5f) : [],
        .. bar == 3 ? Pattern(DemoSongInstrument.Snare, "o.o.o.o.xxxxxxxx", 0.65f) : [],
        .. bar == 2 ? Riser(0, 32, 1) : [],
    ];

    private static IEnumerable<DemoSongNote> Outro(int bar) => bar switch
    {
        < 2 =>
        [
            .. First(bar, Hit(DemoSongInstrument.Crash, 0.6f)),
            .. Pattern(DemoSongInstrument.Kick, "x...x...x...x...", 0.85f),
            .. Pattern(DemoSongInstrument.ClosedHat, "x.o.x.o.x.o.x.o.", 0.55f),
            .. BassLine(OutroChords[bar], "0..0..0.0..0..0.", 0.7f, brightness: 0.2f),
            .. Arpeggio(OutroChords[bar], "0.2.1.3.2.4.3.5.", 0.55f, brightness: 0.4f - (bar * 0.15f)),
            .. Pads(OutroChords[bar], 0.45f, brightness: 0.3f),
            .. Tune(DemoSongInstrument.Bell, Hook[bar], 0, 0.45f),
        ],
        2 =>
        [
            Hit(DemoSongInstrument.Kick, 0.9f),
            Hit(DemoSongInstrument.Crash, 0.6f),
            new(DemoSongInstrument.Bass, 0, 14, AAdd9.Bass, 0.7f, 0.2f),
            .. AAdd9.Voices.Select(pitch => new DemoSongNote(DemoSongInstrument.Pad, 0, 18, pitch, 0.6f, 0.35f)),
            .. Tune(DemoSongInstrument.Bell, [(0, 16, 81), (2, 14, 76), (4, 12, 73), (6, 12, 69)], 0, 0.5f),
        ],
        _ => [],
    };

    private static DemoSongNote Hit(DemoSongInstrument drum, float velocity) => new(drum, 0, 1, 0, velocity);

    private static IEnumerable<DemoSongNote> First(int bar, DemoSongNote note) => bar == 0 ? [note] : [];

    private static IEnumerable<DemoSongNote> Riser(int step, int steps, float velocity) => [new(DemoSongInstrument.Riser, step, steps, 0, velocity)];

    /// <summary>One bar of a drum: <c>x</c> full, <c>o</c> soft, a digit is a tom that many semitones up, anything else rests.</summary>
    private static IEnumerable<DemoSongNote> Pattern(DemoSongInstrument drum, string steps, float velocity) =>
        from step in Enumerable.Range(0, steps.Length)
        let mark = steps[step]
        where mark is 'x' or 'o' || char.IsAsciiDigit(mark)
        select new DemoSongNote(drum, step, 1, char.IsAsciiDigit(mark) ? 43 + ((mark - '0') * 2) : 0, mark == 'o' ? velocity * 0.45f : velocity);

    /// <summary>One bar of plucks: digits 0 to 3 are the voices of the chord, from 4 on the same an octave higher.</summary>
    private static IEnumerable<DemoSongNote> Arpeggio(DemoSongChord chord, string steps, float velocity, float brightness) =>
        from step in Enumerable.Range(0, steps.Length)
        where char.IsAsciiDigit(steps[step])
        let voice = steps[step] - '0'
        let pitch = chord.Voices[voice % chord.Voices.Length] + (12 * (1 + (voice / chord.Voices.Length)))
        select new DemoSongNote(DemoSongInstrument.Pluck, step, 1, pitch, step % 4 == 0 ? velocity : velocity * 0.75f, brightness);

    /// <summary>One bar of bass: digits are octaves above the chord's bass note; a note lasts until the next.</summary>
    private static IEnumerable<DemoSongNote> BassLine(DemoSongChord chord, string steps, float velocity, float brightness) =>
        from step in Enumerable.Range(0, steps.Length)
        where char.IsAsciiDigit(steps[step])
        let next = Enumerable.Range(step + 1, steps.Length - step - 1).FirstOrDefault(i => steps[i] != '.', steps.Length)
        select new DemoSongNote(DemoSongInstrument.Bass, step, next - step, chord.Bass + (12 * (steps[step] - '0')), velocity, brightness);

    private static IEnumerable<DemoSongNote> Pads(DemoSongChord chord, float velocity, float brightness) =>
        chord.Voices.Select(pitch => new DemoSongNote(DemoSongInstrument.Pad, 0, StepsPerBar, pitch, velocity, brightness));

    private static IEnumerable<DemoSongNote> Tune(DemoSongInstrument instrument, (int Step, int Steps, int Pitch)[] notes, int transpose, float velocity) =>
        notes.Select(note => new DemoSongNote(instrument, note.Step, note.Steps, note.Pitch + transpose, velocity));
}
