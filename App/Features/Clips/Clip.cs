using System.ComponentModel.DataAnnotations.Schema;
using System.Linq.Expressions;
using System.Text.Json;
using System.Text.Json.Serialization;
using Downbeat.Data;
using Downbeat.Features.Clips.Library;
using Downbeat.Features.Songs;
using Downbeat.Jobs;
using Downbeat.Media;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Downbeat.Features.Clips;

/// <summary>The use of some footage, moving or still, in a song.</summary>
public sealed class Clip
{
    /// <summary>Identity, UUID version 7.</summary>
    public Guid Id { get; init; } = Guid.CreateVersion7();

    /// <summary>Whose clip it is.</summary>
    [JsonIgnore]
    public Guid OwnerId { get; init; }

    /// <summary>The song it was brought to.</summary>
    public Guid SongId { get; init; }

    /// <summary>What it shows, in its owner's library; null while there is none yet.</summary>
    public Guid? FootageId { get; set; }

    /// <summary>Place in the user's order, from 0.</summary>
    public int Index { get; set; }

    /// <summary>Where it came from.</summary>
    public ClipSource Source { get; init; }

    /// <summary>Where it stands. Kept for what is ready; of everything else its job tells.</summary>
    public ClipStatus Status { get; set; }

    /// <summary>The job that brings or makes it; null for what was uploaded.</summary>
    public Guid? JobId { get; set; }

    /// <summary>Name shown; never used as a path.</summary>
    public string Title { get; set; } = "";

    /// <summary>Length; null for a still.</summary>
    public double? DurationSeconds { get; set; }

    /// <summary>Width as shown, after rotation and pixel shape.</summary>
    public int Width { get; set; }

    /// <summary>Height as shown.</summary>
    public int Height { get; set; }

    /// <summary>Frames per second; null for a still.</summary>
    public double? Fps { get; set; }

    /// <summary>Size of the file.</summary>
    public long SizeBytes { get; set; }

    /// <summary>Words it was generated from; null for footage.</summary>
    public string? Prompt { get; init; }

    /// <summary>Where in its song it was drawn for, in seconds; null for what knows nothing of the song.</summary>
    public double? SongStart { get; init; }

    /// <summary>Name of what generated it; null for what was not generated.</summary>
    public string? Generator { get; init; }

    /// <summary>Why it failed; null unless it did.</summary>
    public string? Error { get; set; }

    /// <summary>How far its job is, 0 to 1; 1 for what is ready.</summary>
    [NotMapped]
    public double Progress { get; set; } = 1;

    /// <summary>The attempt of its job that brought it, of clips older than the library; null for all others.</summary>
    [JsonIgnore]
    public int? PublishedAttempt { get; set; }

    /// <summary>When it was brought.</summary>
    public DateTimeOffset CreatedAt { get; init; }

    /// <summary>Extension of the stored file, with its dot, found from the content.</summary>
    [JsonIgnore]
    public string Extension { get; set; } = "";

    /// <summary>Media type, found from the content.</summary>
    [JsonIgnore]
    public string ContentType { get; set; } = "";

    /// <summary>SHA-256 of what was brought, lower-case hexadecimal.</summary>
    [JsonIgnore]
    public string ContentHash { get; set; } = "";

    /// <summary>What the probe found, as JSON; the renderer reads it so that nothing is probed twice.</summary>
    [JsonIgnore]
    public string FactsJson { get; set; } = "";

    /// <summary>A picture, not a video.</summary>
    [JsonIgnore]
    public bool IsStill => DurationSeconds is null;

    /// <summary>Key of the stored file.</summary>
    [JsonIgnore]
    public string VideoKey => FootageId is { } id ? Footage.VideoKeyOf(id, Extension) : OldVideoKey;

    /// <summary>Key of the thumbnail.</summary>
    [JsonIgnore]
    public string ThumbnailKey => FootageId is { } id ? Footage.ThumbnailKeyOf(id) : OldThumbnailKey;

    /// <summary>Where the file of a clip older than the library is, until <see cref="FootageSweep"/> has taken it over.</summary>
    internal string OldVideoKey => $"{OldKey}{Extension}";

    /// <summary>Where its thumbnail is.</summary>
    internal string OldThumbnailKey => $"{OldKey}.thumb.jpg";

    private string OldKey => $"{Song.FolderOf(SongId)}/clips/{Id:N}{(PublishedAttempt is { } attempt ? $"-{attempt}" : "")}";

    /// <summary>All of a clip but what is long and not shown: what the probe found.</summary>
    internal static Expression<Func<Clip, Clip>> Shown { get; } = clip => new Clip
    {
        Id = clip.Id,
        OwnerId = clip.OwnerId,
        SongId = clip.SongId,
        FootageId = clip.FootageId,
        Index = clip.Index,
        Source = clip.Source,
        Status = clip.Status,
        JobId = clip.JobId,
        Title = clip.Title,
        DurationSeconds = clip.DurationSeconds,
        Width = clip.Width,
        Height = clip.Height,
        Fps = clip.Fps,
        SizeBytes = clip.SizeBytes,
        Prompt = clip.Prompt,
        SongStart = clip.SongStart,
        Generator = clip.Generator,
        Error = clip.Error,
        PublishedAttempt = clip.PublishedAttempt,
        CreatedAt = clip.CreatedAt,
        Extension = clip.Extension,
        ContentType = clip.ContentType,
        ContentHash = clip.ContentHash,
    };

    /// <summary>Takes over how its job stands, unless it is ready.</summary>
    internal Clip Follow(JobStatus? job, double progress, string? error)
    {
        if (Status != ClipStatus.Completed && job is { } status)
        {
            (Status, Progress, Error) = (StatusOf(status), progress, status == JobStatus.Failed ? error : null);
        }

        return this;
    }

    /// <summary>Takes what was found in its file.</summary>
    internal void Describe(MediaFacts facts, string contentHash, long sizeBytes)
    {
        (Status, Error, ContentHash, SizeBytes) = (ClipStatus.Completed, null, contentHash, sizeBytes);
        (DurationSeconds, Fps) = facts.IsStill ? ((double?)null, (double?)null) : (facts.DurationSeconds, facts.Video!.FrameRate?.PerSecond);
        (Width, Height) = (facts.Video!.Width, facts.Video.Height);
        (Extension, ContentType, FactsJson) = (facts.Kind.Extension, facts.Kind.ContentType, JsonSerializer.Serialize(facts));
    }

    /// <summary>Shows some footage.</summary>
    internal Clip Show(Footage footage)
    {
        (Status, Error, FootageId, ContentHash, SizeBytes) = (ClipStatus.Completed, null, footage.Id, footage.ContentHash, footage.SizeBytes);
        (DurationSeconds, Fps, Width, Height) = (footage.DurationSeconds, footage.Fps, footage.Width, footage.Height);
        (Extension, ContentType, FactsJson) = (footage.Extension, footage.ContentType, footage.FactsJson);
        return this;
    }

    private static ClipStatus StatusOf(JobStatus status) => status switch
    {
        JobStatus.Running => ClipStatus.Processing,
        JobStatus.Failed => ClipStatus.Failed,
        JobStatus.Cancelled => ClipStatus.Cancelled,
        _ => ClipStatus.Queued,
    };

    internal sealed class Table : IEntityTypeConfiguration<Clip>
    {
        public void Configure(EntityTypeBuilder<Clip> clip)
        {
            clip.ToTable("Clips");
            clip.Property(c => c.Title).HasMaxLength(256);
            clip.Property(c => c.Extension).HasMaxLength(8);
            clip.Property(c => c.ContentType).HasMaxLength(64);
            clip.Property(c => c.ContentHash).HasMaxLength(64);
            clip.Property(c => c.Generator).HasMaxLength(64);
            clip.Property(c => c.Error).HasMaxLength(1000);
            clip.HasIndex(c => new { c.SongId, c.Index, c.Id });
            clip.HasIndex(c => c.JobId);
            clip.HasOne<User>().WithMany().HasForeignKey(c => c.OwnerId).OnDelete(DeleteBehavior.Cascade);
            clip.HasOne<Footage>().WithMany().HasForeignKey(c => c.FootageId).OnDelete(DeleteBehavior.NoAction);
            clip.HasOne<Song>().WithMany().HasForeignKey(c => c.SongId).OnDelete(DeleteBehavior.Cascade);
        }
    }
}

/// <summary>Where a clip came from.</summary>
public enum ClipSource
{
    /// <summary>Uploaded by its owner.</summary>
    Upload,

    /// <summary>Fetched from an address.</summary>
    Import,

    /// <summary>Drawn by a generator.</summary>
    Generated,
}

/// <summary>Where a clip stands.</summary>
public enum ClipStatus
{
    /// <summary>Waiting.</summary>
    Queued,

    /// <summary>Being made.</summary>
    Processing,

    /// <summary>Ready to use.</summary>
    Completed,

    /// <summary>Could not be made.</summary>
    Failed,

    /// <summary>Stopped because somebody asked.</summary>
    Cancelled,
}

/// <summary>The table, as <c>db.Clips</c>.</summary>
public static class ClipTable
{
    extension(StudioDb db)
    {
        /// <summary>All clips of all owners.</summary>
        public DbSet<Clip> Clips => db.Set<Clip>();
    }
}
