namespace Downbeat.Features.Analysis;

/// <summary>What was heard in a song. Times are seconds from its first decoded sample.</summary>
public sealed record SongAnalysis
{
    /// <summary>The song.</summary>
    public Guid SongId { get; init; }

    /// <summary>Counts up with each analysis and each correction of the song, and whenever something is heard in its stems or taken into use, from 1.</summary>
    public int Version { get; init; } = 1;

    /// <summary>Length of the decoded sound.</summary>
    public double DurationSeconds { get; init; }

    /// <summary>Tempo by a straight-line fit of the beats; 0 when there is no steady beat.</summary>
    public double Bpm { get; init; }

    /// <summary>Trust in the tempo, 0 to 1.</summary>
    public double BpmConfidence { get; init; }

    /// <summary>Beat times, rising.</summary>
    public IReadOnlyList<double> Beats { get; init; } = [];

    /// <summary>Times of the beats that begin a bar.</summary>
    public IReadOnlyList<double> Downbeats { get; init; } = [];

    /// <summary>Beats in a bar; 0 when there is no steady beat.</summary>
    public int BeatsPerBar { get; init; }

    /// <summary>How clearly metre and first beats stand out, 0 to 1.</summary>
    public double MetreConfidence { get; init; }

    /// <summary>Stretches of one tempo each, in order; one for a steady song, none without a beat.</summary>
    public IReadOnlyList<SongTempo> Tempos { get; init; } = [];

    /// <summary>Tonic such as <c>F#</c>; empty when no key can be heard.</summary>
    public string Key { get; init; } = "";

    /// <summary><c>major</c> or <c>minor</c>.</summary>
    public string Mode { get; init; } = "";

    /// <summary>Trust in the key, 0 to 1.</summary>
    public double KeyConfidence { get; init; }

    /// <summary>Chords in order, where they are clear; gaps are unclear.</summary>
    public IReadOnlyList<SongChord> Chords { get; init; } = [];

    /// <summary>Integrated loudness (EBU R128); null for silence, and for a broken sound whose loudness is not finite.</summary>
    public double? LoudnessLufs { get; init; }

    /// <summary>True peak; null for silence, and for a broken sound whose peak is not finite.</summary>
    public double? TruePeakDbtp { get; init; }

    /// <summary>Loudness range (EBU Tech 3342) in LU: how far loud and quiet passages lie apart; null for silence.</summary>
    public double? LoudnessRangeLu { get; init; }

    /// <summary>Energy at each beat, 0 to 1.</summary>
    public IReadOnlyList<double> Energy { get; init; } = [];

    /// <summary>What drums, bass and voice do at each beat.</summary>
    public SongCurves Curves { get; init; } = new([], [], [], [], []);

    /// <summary>When drums strike and notes of the bass begin.</summary>
    public SongHits Hits { get; init; } = new([], [], []);

    /// <summary>Where somebody seems to sing, estimated; phrase by phrase when it was heard in the stem of the voice.</summary>
    public IReadOnlyList<SongSpan> Voice { get; init; } = [];

    /// <summary>Parts of the song, in order; they cover it.</summary>
    public IReadOnlyList<SongSection> Sections { get; init; } = [];

    /// <summary>Mood, estimated.</summary>
    public SongMood Mood { get; init; } = new(0, 0, 0, 0);

    /// <summary>Genre, estimated.</summary>
    public SongGenre Genre { get; init; } = new("", 0);

    /// <summary>What else seems to be heard, such as instruments and moods, the surest first; estimated.</summary>
    public IReadOnlyList<SongTag> Tags { get; init; } = [];

    /// <summary>True when anything was set by hand.</summary>
    public bool IsCorrected { get; init; }

    /// <summary>What was set by hand; it stays when the song is listened to again.</summary>
    public CorrectedParts Corrected { get; init; } = new(false, false, false, false, false);

    /// <summary>True when the last correction can be undone.</summary>
    public bool CanUndo { get; init; }

    /// <summary>True when an undone correction can be made again.</summary>
    public bool CanRedo { get; init; }

    /// <summary>What was heard in the stems, and is in use: hits, curves and voice are then those of the stems. Null when the whole song counts.</summary>
    public StemsHeard? Stems { get; init; }

    /// <summary>What was heard in stems and could be used instead: an update that is offered. Null for none.</summary>
    public StemsHeard? OfferedStems { get; init; }

    /// <summary>True when the stems were heard and nobody sings in them.</summary>
    internal bool IsWithoutVoice => (OfferedStems ?? Stems)?.Phrases == 0 && Stems?.Phrases is null or 0;

    /// <summary>How loud each stem in use is; none when the whole song counts.</summary>
    public IReadOnlyList<SongStem> StemEnergy { get; init; } = [];

    /// <summary>Who listened.</summary>
    public string Engine { get; init; } = "";

    /// <summary>When.</summary>
    public DateTimeOffset CreatedAt { get; init; }

    /// <summary>What a picture can follow.</summary>
    internal Timing.BeatGrid ToBeatGrid() => Timing.BeatGrid.FromTimes(Beats, Downbeats, [.. Sections.Select(section => section.Start)], Energy, DurationSeconds);
}

/// <summary>What of an analysis was set by hand.</summary>
/// <param name="Grid">Beats and bars.</param>
/// <param name="Sections">Parts and their names.</param>
/// <param name="Key">Key and mode.</param>
/// <param name="Mood">Mood.</param>
/// <param name="Genre">Genre.</param>
public sealed record CorrectedParts(bool Grid, bool Sections, bool Key, bool Mood, bool Genre);

/// <summary>One part of a song.</summary>
/// <param name="Index">Place in the song, from 0.</param>
/// <param name="Start">Seconds.</param>
/// <param name="End">Seconds.</param>
/// <param name="Label">intro, verse, chorus, bridge, breakdown, drop or outro.</param>
/// <param name="Group">Parts that repeat each other share a group.</param>
/// <param name="Energy">0 to 1.</param>
/// <param name="Confidence">Trust in the label, 0 to 1.</param>
public sealed record SongSection(int Index, double Start, double End, string Label, int Group, double Energy, double Confidence);

/// <summary>An estimate of the mood, each 0 to 1.</summary>
/// <param name="Energy">Calm to driving.</param>
/// <param name="Valence">Dark to bright.</param>
/// <param name="Tension">Relaxed to tense.</param>
/// <param name="Danceability">Free to steady.</param>
public sealed record SongMood(double Energy, double Valence, double Tension, double Danceability);

/// <summary>An estimate of the genre.</summary>
/// <param name="Name">Its name; empty when nothing can be said.</param>
/// <param name="Confidence">0 to 1.</param>
public sealed record SongGenre(string Name, double Confidence);

/// <summary>A stretch of one tempo.</summary>
/// <param name="Start">Seconds.</param>
/// <param name="End">Seconds.</param>
/// <param name="Bpm">Beats a minute by straight-line fit.</param>
public sealed record SongTempo(double Start, double End, double Bpm);

/// <summary>A chord.</summary>
/// <param name="Start">Seconds.</param>
/// <param name="End">Seconds.</param>
/// <param name="Name">Root with sharps and kind: <c>C</c>, <c>F#m</c>, <c>G7</c>.</param>
/// <param name="Confidence">0 to 1.</param>
public sealed record SongChord(double Start, double End, string Name, double Confidence);

/// <summary>Curves at the beats: one value per beat in each, 0 to 1.</summary>
/// <param name="Kick">Strongest stroke of the bass drum within the beat.</param>
/// <param name="Snare">The same of the snare drum.</param>
/// <param name="Hats">The same of hi-hats and cymbals.</param>
/// <param name="Bass">Strongest beginning of a bass note.</param>
/// <param name="Voice">How much a voice is there.</param>
public sealed record SongCurves(
    IReadOnlyList<double> Kick, IReadOnlyList<double> Snare, IReadOnlyList<double> Hats, IReadOnlyList<double> Bass, IReadOnlyList<double> Voice);

/// <summary>Strokes of drums and notes of the bass, in seconds, rising.</summary>
/// <param name="Kick">Bass drum.</param>
/// <param name="Snare">Snare drum.</param>
/// <param name="Hats">Hi-hats and cymbals.</param>
public sealed record SongHits(IReadOnlyList<double> Kick, IReadOnlyList<double> Snare, IReadOnlyList<double> Hats)
{
    /// <summary>Beginnings of notes of the bass; none until they were heard in its stem.</summary>
    public IReadOnlyList<double> Bass { get; init; } = [];
}

/// <summary>What was heard in the stems of a song, in numbers; null where a stem was not split off.</summary>
/// <param name="Engine">Who separated the stems.</param>
/// <param name="Names">The stems.</param>
/// <param name="Kick">Strokes of the bass drum.</param>
/// <param name="Snare">The same of the snare drum.</param>
/// <param name="Hats">The same of hi-hats and cymbals.</param>
/// <param name="Bass">Beginnings of notes of the bass.</param>
/// <param name="Phrases">Phrases of the voice; 0 when nobody sings.</param>
/// <param name="Syllables">Beginnings of notes or syllables of the voice.</param>
/// <param name="IsDismissed">True when the person does not want to be asked.</param>
public sealed record StemsHeard(
    string Engine, IReadOnlyList<string> Names, int? Kick, int? Snare, int? Hats, int? Bass, int? Phrases, int? Syllables, bool IsDismissed)
{
    internal static StemsHeard? Of(Dsp.StemFindings? findings, bool isDismissed) => findings is null ? null : new(
        findings.Engine,
        [.. findings.Energies.Select(stem => stem.Name)],
        findings.Drums?.Kick.Seconds.Length,
        findings.Drums?.Snare.Seconds.Length,
        findings.Drums?.Hats.Seconds.Length,
        findings.Bass?.Seconds.Length,
        findings.Voice?.Phrases.Length,
        findings.Voice?.Syllables.Seconds.Length,
        isDismissed);
}

/// <summary>How loud a stem is.</summary>
/// <param name="Name">The stem.</param>
/// <param name="Energy">At each beat, 0 to 1, against its own loud parts.</param>
public sealed record SongStem(string Name, IReadOnlyList<double> Energy);

/// <summary>A stretch of time.</summary>
/// <param name="Start">Seconds.</param>
/// <param name="End">Seconds.</param>
public sealed record SongSpan(double Start, double End);

/// <summary>Something that seems to be heard.</summary>
/// <param name="Name">In words.</param>
/// <param name="Confidence">0 to 1.</param>
public sealed record SongTag(string Name, double Confidence);
