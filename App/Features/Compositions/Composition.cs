using Downbeat.Data;
using Downbeat.Features.Compositions.Rendering;
using Downbeat.Features.Songs;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Downbeat.Features.Compositions;

/// <summary>One video made from a song: what was asked for, how far it has come, and the result.</summary>
public sealed class Composition
{
    /// <summary>Identity, UUID version 7.</summary>
    public Guid Id { get; init; } = Guid.CreateVersion7();

    /// <summary>Whose video it is.</summary>
    public Guid OwnerId { get; init; }

    /// <summary>The song.</summary>
    public Guid SongId { get; init; }

    /// <summary>The job that renders it; its row tells stage and progress.</summary>
    public Guid JobId { get; set; }

    /// <summary>What was asked for, as JSON of <see cref="CompositionSettings"/>.</summary>
    public string SettingsJson { get; set; } = "";

    /// <summary>The cut that was planned, and once it is finished the one that was rendered, as JSON; kept so that the render can be repeated exactly.</summary>
    public string CutJson { get; set; } = "";

    /// <summary>Fingerprint of the song's grid that it was planned on; null when it was planned before fingerprints were taken.</summary>
    public string? GridPrint { get; set; }

    /// <summary>Size of the finished file; null until then.</summary>
    public long? SizeBytes { get; set; }

    /// <summary>Length of the finished file, measured; null until then.</summary>
    public double? DurationSeconds { get; set; }

    /// <summary>How loud the finished file is, measured, LUFS; null until then, and for silence.</summary>
    public double? LoudnessLufs { get; set; }

    /// <summary>Highest peak of its sound, measured between samples, dBTP; null until then, and for silence.</summary>
    public double? TruePeakDbtp { get; set; }

    /// <summary>How well the cuts of the finished file meet their beats, as JSON of <see cref="SyncReport"/>; null until it is finished.</summary>
    public string? SyncJson { get; set; }

    /// <summary>How the finished file flashes, as JSON of <see cref="FlashVerdict"/>; null until it is finished, and where it was made before that was checked.</summary>
    public string? FlashJson { get; set; }

    /// <summary>Shots that were found ready.</summary>
    public int ReusedShots { get; set; }

    /// <summary>Shots that had to be rendered.</summary>
    public int RenderedShots { get; set; }

    /// <summary>How it compares with what was said of it beforehand, as JSON of <see cref="RenderPace"/>; null until it is finished, and where it was made before that was kept.</summary>
    public string? PaceJson { get; set; }

    /// <summary>When it was asked for.</summary>
    public DateTimeOffset CreatedAt { get; init; }

    /// <summary>Attempt of the job whose files are the result; null until it is finished. Each attempt writes files of its own, so that a late one replaces nothing.</summary>
    public int? PublishedAttempt { get; set; }

    /// <summary>Folder of the videos of a song.</summary>
    internal static string FolderOf(Guid songId) => $"{Song.FolderOf(songId)}/videos";

    /// <summary>How the names of all files of a composition begin.</summary>
    internal static string NameOf(Guid id) => $"{id:N}-";

    /// <summary>Key of the video that an attempt made.</summary>
    internal static string VideoKeyOf(Guid songId, Guid id, int attempt) => $"{FolderOf(songId)}/{NameOf(id)}{attempt}.mp4";

    /// <summary>Key of the poster that an attempt made.</summary>
    internal static string PosterKeyOf(Guid songId, Guid id, int attempt) => $"{FolderOf(songId)}/{NameOf(id)}{attempt}.webp";

    /// <summary>Where the poster of a video is that was made before posters were WebP.</summary>
    internal static string JpegPosterKeyOf(Guid songId, Guid id, int attempt) => $"{FolderOf(songId)}/{NameOf(id)}{attempt}.jpg";

    internal sealed class Table : IEntityTypeConfiguration<Composition>
    {
        public void Configure(EntityTypeBuilder<Composition> composition)
        {
            composition.ToTable("Compositions");
            composition.HasIndex(c => new { c.OwnerId, c.CreatedAt, c.Id });
            composition.HasIndex(c => new { c.SongId, c.CreatedAt, c.Id, c.OwnerId });

            // The newest films that forecasts learn from, however many were given up since.
            composition.HasIndex(c => c.Id).HasFilter("\"PaceJson\" IS NOT NULL").HasDatabaseName("IX_Compositions_Id_Paced");
            composition.HasIndex(c => c.JobId);
            composition.Property(c => c.GridPrint).HasMaxLength(32);
            composition.HasOne<User>().WithMany().HasForeignKey(c => c.OwnerId).OnDelete(DeleteBehavior.Cascade);
            composition.HasOne<Song>().WithMany().HasForeignKey(c => c.SongId).OnDelete(DeleteBehavior.Cascade);
        }
    }
}

/// <summary>The table, as <c>db.Compositions</c>.</summary>
public static class CompositionTable
{
    extension(StudioDb db)
    {
        /// <summary>All compositions of all owners.</summary>
        public DbSet<Composition> Compositions => db.Set<Composition>();
    }
}
