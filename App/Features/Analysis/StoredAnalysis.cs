using System.Text.Json;
using Downbeat.Data;
using Downbeat.Features.Analysis.Dsp;
using Downbeat.Features.Songs;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Downbeat.Features.Analysis;

/// <summary>The stored analysis: what was heard, what was corrected, and what is in effect.</summary>
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

    /// <summary>The <see cref="SongAnalysis"/> as heard, as JSON; null: the one in effect is as heard.</summary>
    public string? HeardJson { get; set; }

    /// <summary>The <see cref="CorrectionHistory"/>, as JSON; null when nothing was ever corrected.</summary>
    public string? CorrectionsJson { get; set; }

    /// <summary>The <see cref="Curves"/>, packed; null when an engine that had none listened.</summary>
    public byte[]? CurveBytes { get; set; }

    /// <summary>Fingerprint of the grid in effect; null until something was heard or corrected since fingerprints are taken.</summary>
    public string? GridPrint { get; set; }

    public DateTimeOffset UpdatedAt { get; set; }

    /// <summary>The analysis in effect.</summary>
    public SongAnalysis InEffect() => JsonSerializer.Deserialize<SongAnalysis>(Json)!;

    /// <summary>How the song moves.</summary>
    public Curves? Curves() => CurveBytes is null ? null : Dsp.Curves.FromBytes(CurveBytes);

    /// <summary>The corrections.</summary>
    public CorrectionHistory History() => CorrectionHistory.FromJson(CorrectionsJson);

    /// <summary>Takes what was heard, newly or for the first time; corrections stay over it.</summary>
    public void Hear(SongAnalysis heard, Curves curves, int revision)
    {
        HeardJson = CorrectionsJson is null ? null : JsonSerializer.Serialize(heard);
        CurveBytes = curves.ToBytes();
        Revision = revision;
        TakeEffect(heard, History(), heard.CreatedAt);
    }

    /// <summary>Takes other corrections.</summary>
    public void Correct(CorrectionHistory history, DateTimeOffset now)
    {
        HeardJson ??= Json;
        CorrectionsJson = history.ToJson();
        TakeEffect(JsonSerializer.Deserialize<SongAnalysis>(HeardJson)!, history, now);
    }

    private void TakeEffect(SongAnalysis heard, CorrectionHistory history, DateTimeOffset now)
    {
        Version++;
        var analysis = CorrectedAnalysis.Of(heard, Curves(), history.Current) with { Version = Version, CanUndo = history.CanUndo, CanRedo = history.CanRedo };
        (Bpm, Key, Mode) = (analysis.Bpm, analysis.Key, analysis.Mode);
        Json = JsonSerializer.Serialize(analysis);
        GridPrint = analysis.ToBeatGrid().Fingerprint();
        UpdatedAt = now;
    }

    internal sealed class Table : IEntityTypeConfiguration<StoredAnalysis>
    {
        public void Configure(EntityTypeBuilder<StoredAnalysis> analysis)
        {
            analysis.ToTable("Analyses");
            analysis.HasKey(a => a.SongId);
            analysis.Property(a => a.Key).HasMaxLength(4);
            analysis.Property(a => a.Mode).HasMaxLength(8);
            analysis.Property(a => a.GridPrint).HasMaxLength(32);
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

        /// <summary>
        /// The analysis of a song, or null. Inside a transaction it is locked until the end: of several who change it at the same moment each sees what the one before left.
        /// </summary>
        public async Task<StoredAnalysis?> LockAnalysisAsync(Guid songId, CancellationToken stop)
        {
            // A row that is written, even with what it holds already, is locked.
            var rows = db.Analyses.Where(analysis => analysis.SongId == songId);
            await rows.ExecuteUpdateAsync(set => set.SetProperty(analysis => analysis.Version, analysis => analysis.Version), stop);
            return await rows.FirstOrDefaultAsync(stop);
        }
    }
}
