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

    /// <summary>The <see cref="SongAnalysis"/> as heard in the whole song, as JSON; null: the one in effect is as heard.</summary>
    public string? HeardJson { get; set; }

    /// <summary>Number of the <see cref="CorrectionSnapshot"/> in effect; 0 while nothing was ever corrected.</summary>
    public int CurrentCorrection { get; set; }

    /// <summary>The oldest that is kept.</summary>
    public int OldestCorrection { get; set; }

    /// <summary>The newest; after <see cref="CurrentCorrection"/> when something was undone.</summary>
    public int NewestCorrection { get; set; }

    /// <summary>The <see cref="Curves"/>, packed; null when an engine that had none listened.</summary>
    public byte[]? CurveBytes { get; set; }

    /// <summary>Fingerprint of the grid in effect; null until something was heard or corrected since fingerprints are taken.</summary>
    public string? GridPrint { get; set; }

    public DateTimeOffset UpdatedAt { get; set; }

    /// <summary>The analysis in effect.</summary>
    public SongAnalysis InEffect() => JsonSerializer.Deserialize<SongAnalysis>(Json)!;

    /// <summary>How the song moves.</summary>
    public Curves? Curves() => CurveBytes is null ? null : Dsp.Curves.FromBytes(CurveBytes);

    /// <summary>Which corrections can be gone back to.</summary>
    public CorrectionHistory History() => new(OldestCorrection, CurrentCorrection, NewestCorrection);

    /// <summary>Takes what was heard, newly or for the first time; stems in use and corrections stay over it.</summary>
    public void Hear(SongAnalysis heard, Curves curves, StoredStems? stems, Corrections corrections, int revision)
    {
        HeardJson = NewestCorrection == 0 && stems?.UsedBytes is null ? null : JsonSerializer.Serialize(heard);
        CurveBytes = curves.ToBytes();
        Revision = revision;
        TakeEffect(heard, stems, corrections, heard.CreatedAt);
    }

    /// <summary>Takes other corrections, or other stems.</summary>
    /// <param name="stems">What was heard in the stems; null when nothing was.</param>
    /// <param name="history">The history with the corrections in effect.</param>
    /// <param name="corrections">These corrections.</param>
    /// <param name="now">When.</param>
    /// <returns>The analysis in effect.</returns>
    public SongAnalysis Correct(StoredStems? stems, CorrectionHistory history, Corrections corrections, DateTimeOffset now)
    {
        HeardJson ??= Json;
        (OldestCorrection, CurrentCorrection, NewestCorrection) = history;
        return TakeEffect(JsonSerializer.Deserialize<SongAnalysis>(HeardJson)!, stems, corrections, now);
    }

    private SongAnalysis TakeEffect(SongAnalysis heard, StoredStems? stems, Corrections corrections, DateTimeOffset now)
    {
        Version++;
        var history = History();
        var (used, offered) = (Trusted(stems?.Used()), Trusted(stems?.Offered()));
        var (refined, curves) = used is null ? (heard, Curves()) : RefinedAnalysis.Of(heard, Curves(), used);
        var corrected = CorrectedAnalysis.Of(refined, curves, corrections);
        var analysis = corrected with
        {
            Version = Version,
            CanUndo = history.CanUndo,
            CanRedo = history.CanRedo,
            Stems = StemsHeard.Of(used, false),
            OfferedStems = StemsHeard.Of(offered, stems?.IsDismissed ?? false),
            StemEnergy = used is null ? [] : RefinedAnalysis.AtBeats(used, corrected.Beats, corrected.DurationSeconds),
        };
        (Bpm, Key, Mode) = (analysis.Bpm, analysis.Key, analysis.Mode);
        Json = JsonSerializer.Serialize(analysis);
        GridPrint = analysis.ToBeatGrid().Fingerprint();
        UpdatedAt = now;
        return analysis;

        StemFindings? Trusted(StemFindings? findings) => findings is null ? null : RefinedAnalysis.Trusted(findings, heard);
    }

    internal sealed class Table : IEntityTypeConfiguration<StoredAnalysis>
    {
        public void Configure(EntityTypeBuilder<StoredAnalysis> analysis)
        {
            analysis.ToTable("Analyses");
            analysis.HasKey(a => a.SongId);

            // Which were heard by an older engine, in pieces.
            analysis.HasIndex(a => new { a.Revision, a.SongId });
            analysis.Property(a => a.Key).HasMaxLength(4);
            analysis.Property(a => a.Mode).HasMaxLength(8);
            analysis.Property(a => a.GridPrint).HasMaxLength(32);
            analysis.HasOne<Song>().WithOne().HasForeignKey<StoredAnalysis>(a => a.SongId).OnDelete(DeleteBehavior.Cascade);
        }
    }
}

/// <summary>The corrections of a song as they were at one moment.</summary>
internal sealed class CorrectionSnapshot
{
    public Guid SongId { get; init; }

    /// <summary>Place in the history, from 0. The song as it was first heard needs no snapshot.</summary>
    public int Number { get; init; }

    /// <summary>The <see cref="Corrections"/>, as JSON.</summary>
    public string Json { get; init; } = "";

    internal sealed class Table : IEntityTypeConfiguration<CorrectionSnapshot>
    {
        public void Configure(EntityTypeBuilder<CorrectionSnapshot> snapshot)
        {
            snapshot.ToTable("CorrectionSnapshots");
            snapshot.HasKey(s => new { s.SongId, s.Number });
            snapshot.HasOne<StoredAnalysis>().WithMany().HasForeignKey(s => s.SongId).OnDelete(DeleteBehavior.Cascade);
        }
    }
}

/// <summary>An analysis with all that lies over it.</summary>
/// <param name="Stored">The analysis.</param>
/// <param name="Standing">The corrections in effect.</param>
/// <param name="Stems">What was heard in the stems; null when nothing was.</param>
internal sealed record FoundAnalysis(StoredAnalysis Stored, Corrections Standing, StoredStems? Stems);

/// <summary>The tables, as <c>db.Analyses</c>, and the corrections in them.</summary>
internal static class AnalysisTables
{
    extension(StudioDb db)
    {
        public DbSet<StoredAnalysis> Analyses => db.Set<StoredAnalysis>();

        private DbSet<StoredStems> StemFindings => db.Set<StoredStems>();

        private DbSet<CorrectionSnapshot> CorrectionSnapshots => db.Set<CorrectionSnapshot>();

        /// <summary>The analysis of a song with the corrections in effect and what was heard in its stems, or null.</summary>
        public async Task<FoundAnalysis?> FindAnalysisAsync(Guid songId, CancellationToken stop)
        {
            var rows = from analysis in db.Analyses
                       where analysis.SongId == songId
                       join snapshot in db.CorrectionSnapshots
                           on new { analysis.SongId, Number = analysis.CurrentCorrection } equals new { snapshot.SongId, snapshot.Number } into snapshots
                       from snapshot in snapshots.DefaultIfEmpty()
                       join stems in db.StemFindings on analysis.SongId equals stems.SongId into findings
                       from stems in findings.DefaultIfEmpty()
                       select new { Analysis = analysis, Json = (string?)snapshot.Json, Stems = (StoredStems?)stems };
            return await rows.FirstOrDefaultAsync(stop) is { } row ? new(row.Analysis, Corrections.FromJson(row.Json), row.Stems) : null;
        }

        /// <summary>What was heard in the stems of a song, or null.</summary>
        public async Task<StoredStems?> FindStemsAsync(Guid songId, CancellationToken stop) => await db.StemFindings.FirstOrDefaultAsync(stems => stems.SongId == songId, stop);

        /// <summary>
        /// Inside the transaction that publishes separated stems: offers what was heard in them. A song that has not been heard yet is offered them when it is. The caller saves, and afterwards calls
        /// <see cref="SongAnalyst.TellOfStemsAsync"/>.
        /// </summary>
        /// <param name="songId">The song.</param>
        /// <param name="findings">What was heard.</param>
        /// <param name="stop">Ends the waiting.</param>
        public async Task OfferStemFindingsAsync(Guid songId, StemFindings findings, CancellationToken stop)
        {
            await db.LockAnalysisAsync(songId, stop);
            var found = await db.FindAnalysisAsync(songId, stop);
            var stems = found?.Stems ?? await db.FindStemsAsync(songId, stop) ?? db.StemFindings.Add(new() { SongId = songId }).Entity;
            stems.Offer(findings);
            found?.Stored.Correct(stems, found.Stored.History(), found.Standing, found.Stored.UpdatedAt);
        }

        /// <summary>The corrections under a number of a song's history.</summary>
        public async Task<Corrections> FindCorrectionsAsync(Guid songId, int number, CancellationToken stop) =>
            Corrections.FromJson(await db.CorrectionSnapshots.Where(snapshot => snapshot.SongId == songId && snapshot.Number == number).Select(snapshot => snapshot.Json).FirstOrDefaultAsync(stop));

        /// <summary>Adds the newest corrections of a history; those that it holds no more are removed. The caller saves, with the analysis locked.</summary>
        public async Task AddCorrectionsAsync(Guid songId, CorrectionHistory history, Corrections corrections, CancellationToken stop)
        {
            await db.CorrectionSnapshots
                .Where(snapshot => snapshot.SongId == songId && (snapshot.Number < history.Oldest || snapshot.Number >= history.Newest))
                .ExecuteDeleteAsync(stop);
            db.CorrectionSnapshots.Add(new() { SongId = songId, Number = history.Newest, Json = corrections.ToJson() });
        }

        /// <summary>Inside a transaction, locks the analysis of a song, if there is one, until the end.</summary>
        public Task LockAnalysisAsync(Guid songId, CancellationToken stop) => LockAsync(db.Analyses.Where(analysis => analysis.SongId == songId), stop);

        /// <summary>Inside a transaction, locks the analysis of a song until the end if it is still of this version.</summary>
        /// <returns>False when it is not, and nothing is locked: of several who change it at the same moment one is first.</returns>
        public async Task<bool> LockAnalysisAsync(Guid songId, int version, CancellationToken stop) =>
            await LockAsync(db.Analyses.Where(analysis => analysis.SongId == songId && analysis.Version == version), stop) == 1;
    }

    // A row that is written, even with what it holds already, is locked.
    private static Task<int> LockAsync(IQueryable<StoredAnalysis> rows, CancellationToken stop) =>
        rows.ExecuteUpdateAsync(set => set.SetProperty(analysis => analysis.Version, analysis => analysis.Version), stop);
}
