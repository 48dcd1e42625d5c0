using Downbeat.Data;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Downbeat.Features.Uploads;

/// <summary>
/// A file that comes in parts. How much of it has come is the length of the file on the disk, and nothing else. The row outlives its end for a while, so that whoever did not hear the last answer can
/// ask again.
/// </summary>
internal sealed class ResumableUpload
{
    /// <summary>Folder of the files that are coming; each bears the id of its row.</summary>
    public const string Folder = "uploads";

    /// <summary>Identity, UUID version 7.</summary>
    public Guid Id { get; init; } = Guid.CreateVersion7();

    /// <summary>Whose it is.</summary>
    public Guid OwnerId { get; init; }

    /// <summary>The header <c>Upload-Metadata</c> as it was sent; it was read without a complaint.</summary>
    public string Metadata { get; init; } = "";

    /// <summary>How long the whole file is.</summary>
    public long LengthBytes { get; init; }

    /// <summary>When it is forgotten; moves on with each part.</summary>
    public DateTimeOffset ExpiresAt { get; set; }

    /// <summary>Where that is which it has become; null until it was taken.</summary>
    public string? Address { get; set; }

    /// <summary>Why it was refused when it was whole; null unless it was.</summary>
    public string? ProblemCode { get; set; }

    /// <summary>The same as a sentence.</summary>
    public string? ProblemMessage { get; set; }

    /// <summary>The same as an HTTP status.</summary>
    public int? ProblemStatus { get; set; }

    /// <summary>Key of the file.</summary>
    public string Key => KeyOf(Id);

    /// <summary>The refusal; null unless it was refused.</summary>
    public StudioProblem? Problem => ProblemCode is null ? null : new(ProblemStatus!.Value, ProblemCode, ProblemMessage!);

    /// <summary>It was taken or refused: there is no file any more.</summary>
    public bool IsOver => Address is not null || ProblemCode is not null;

    /// <summary>Key of the file of an upload.</summary>
    public static string KeyOf(Guid id) => $"{Folder}/{id:N}";

    internal sealed class Table : IEntityTypeConfiguration<ResumableUpload>
    {
        public void Configure(EntityTypeBuilder<ResumableUpload> upload)
        {
            upload.ToTable("Uploads");
            upload.Property(u => u.Metadata).HasMaxLength(UploadWish.MaxLength);
            upload.Property(u => u.Address).HasMaxLength(256);
            upload.Property(u => u.ProblemCode).HasMaxLength(64);
            upload.Property(u => u.ProblemMessage).HasMaxLength(1024);
            upload.HasIndex(u => u.OwnerId);
            upload.HasIndex(u => u.ExpiresAt);
            upload.HasOne<User>().WithMany().HasForeignKey(u => u.OwnerId).OnDelete(DeleteBehavior.Cascade);
        }
    }
}

/// <summary>An upload and how much of it is here.</summary>
/// <param name="Upload">The upload.</param>
/// <param name="OffsetBytes">Bytes that have come, and where the next part begins.</param>
internal readonly record struct UploadState(ResumableUpload Upload, long OffsetBytes);

/// <summary>The table, as <c>db.Uploads</c>.</summary>
internal static class UploadTable
{
    extension(StudioDb db)
    {
        /// <summary>All uploads of all owners.</summary>
        public DbSet<ResumableUpload> Uploads => db.Set<ResumableUpload>();
    }
}
