using Downbeat.Features.Analysis.Dsp;
using Downbeat.Features.Songs;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Downbeat.Features.Analysis;

/// <summary>
/// What was heard in the stems of a song: what is in use, and what is offered. Apart from the analysis, which may come later than the stems and is made anew each time the song is heard again.
/// </summary>
internal sealed class StoredStems
{
    public Guid SongId { get; init; }

    /// <summary>The <see cref="StemFindings"/> in use, packed; null: the whole song counts.</summary>
    public byte[]? UsedBytes { get; set; }

    /// <summary>Those that could be used instead, packed; null for none.</summary>
    public byte[]? OfferedBytes { get; set; }

    /// <summary>True when the person does not want to be asked about those.</summary>
    public bool IsDismissed { get; set; }

    /// <summary>What is in use.</summary>
    public StemFindings? Used() => UsedBytes is null ? null : StemFindings.FromBytes(UsedBytes);

    /// <summary>What could be used instead.</summary>
    public StemFindings? Offered() => OfferedBytes is null ? null : StemFindings.FromBytes(OfferedBytes);

    /// <summary>Offers findings; those that are in use already, or offered, are nothing new, and those of fewer stems tell less.</summary>
    public void Offer(StemFindings findings)
    {
        if (Math.Max(Used()?.Energies.Count ?? 0, Offered()?.Energies.Count ?? 0) > findings.Energies.Count)
        {
            return;
        }

        var bytes = findings.ToBytes();
        if (!Is(OfferedBytes, bytes))
        {
            (OfferedBytes, IsDismissed) = (Is(UsedBytes, bytes) ? null : bytes, false);
        }
    }

    /// <summary>Takes what is offered into use, also when it was put aside.</summary>
    /// <exception cref="StudioProblem">409 <c>analysis.no_stems</c>.</exception>
    public void Accept() => (UsedBytes, OfferedBytes, IsDismissed) = (OfferedBytes ?? throw Nothing(), null, false);

    /// <summary>Puts aside what is offered.</summary>
    /// <exception cref="StudioProblem">409 <c>analysis.no_stems</c>.</exception>
    public void Dismiss() => IsDismissed = OfferedBytes is null ? throw Nothing() : true;

    /// <summary>Takes what is in use out of use; it can be taken into use again.</summary>
    /// <exception cref="StudioProblem">409 <c>analysis.no_stems</c>.</exception>
    public void TakeBack()
    {
        var used = UsedBytes ?? throw new StudioProblem(409, "analysis.no_stems", "What was heard in the stems is not in use.");
        (UsedBytes, OfferedBytes, IsDismissed) = (null, OfferedBytes ?? used, true);
    }

    /// <summary>What to say where nothing was heard in stems.</summary>
    public static StudioProblem Nothing() => new(409, "analysis.no_stems", "Nothing new was heard in the stems of this song; split it into stems first.");

    private static bool Is(byte[]? bytes, byte[] others) => bytes is not null && bytes.AsSpan().SequenceEqual(others);

    internal sealed class Table : IEntityTypeConfiguration<StoredStems>
    {
        public void Configure(EntityTypeBuilder<StoredStems> stems)
        {
            stems.ToTable("StemFindings");
            stems.HasKey(s => s.SongId);
            stems.HasOne<Song>().WithOne().HasForeignKey<StoredStems>(s => s.SongId).OnDelete(DeleteBehavior.Cascade);
        }
    }
}
