using Downbeat.Data;
using Downbeat.Features.Songs;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Downbeat.Features.Analysis;

/// <summary>What was heard in a song. Times are seconds from its first decoded sample.</summary>
public sealed record SongAnalysis
{
    /// <summary>The song.</summary>
    public Guid SongId { get; init; }

    /// <summary>Counts up with each analysis of the song, from 1.</summary>
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

    /// <summary>Tonic such as <c>F#</c>; empty when no key can be heard.</summary>
    public string Key { get; init; } = "";

    /// <summary><c>major</c> or <c>minor</c>.</summary>
    public string Mode { get; init; } = "";

    /// <summary>Trust in the key, 0 to 1.</summary>
    public double KeyConfidence { get; init; }

    /// <summary>Integrated loudness (EBU R128); null for silence.</summary>
    public double? LoudnessLufs { get; init; }

    /// <summary>True peak; null for silence.</summary>
    public double? TruePeakDbtp { get; init; }

    /// <summary>Energy at each beat, 0 to 1.</summary>
    public IReadOnlyList<double> Energy { get; init; } = [];

    /// <summary>Parts of the song, in order; they cover it.</summary>
    public IReadOnlyList<SongSection> Sections { get; init; } = [];

    /// <summary>Mood, estimated.</summary>
    public SongMood Mood { get; init; } = new(0, 0, 0, 0);

    /// <summary>Genre, estimated.</summary>
    public SongGenre Genre { get; init; } = new("", 0);

    /// <summary>Who listened.</summary>
    public string Engine { get; init; } = "";

    /// <summary>When.</summary>
    public DateTimeOffset CreatedAt { get; init; }
}

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

/// <summary>The stored analysis.</summary>
internal sealed class StoredAnalysis
{
    public Guid SongId { get; init; }

    /// <summary>Revision of the algorithm; results of an older one are redone.</summary>
    public int Revision { get; set; }

    public int Version { get; set; }

    /// <summary>Tempo, key and mode once more, for lists.</summary>
    public double Bpm { get; set; }

    public string Key { get; set; } = "";

    public string Mode { get; set; } = "";

    /// <summary>The <see cref="SongAnalysis"/> in effect, as JSON.</summary>
    public string Json { get; set; } = "";

    public DateTimeOffset UpdatedAt { get; set; }

    internal sealed class Table : IEntityTypeConfiguration<StoredAnalysis>
    {
        public void Configure(EntityTypeBuilder<StoredAnalysis> analysis)
        {
            analysis.ToTable("Analyses");
            analysis.HasKey(a => a.SongId);
            analysis.Property(a => a.Key).HasMaxLength(4);
            analysis.Property(a => a.Mode).HasMaxLength(8);
            analysis.HasOne<Song>().WithOne().HasForeignKey<StoredAnalysis>(a => a.SongId).OnDelete(DeleteBehavior.Cascade);
        }
    }
}

/// <summary>The table, as <c>db.Analyses</c>.</summary>
internal static class AnalysisTable
{
    extension(StudioDb db)
    {
        public DbSet<StoredAnalysis> Analyses => db.Set<StoredAnalysis>();
    }
}
