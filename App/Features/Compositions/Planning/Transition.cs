using System.Text.Json.Serialization;

namespace Downbeat.Features.Compositions.Planning;

/// <summary>How one shot goes over into the next: the two overlap around the cut, which stays in the middle, on its beat.</summary>
/// <param name="Kind">How it looks.</param>
/// <param name="Frames">How long it lasts; even and above 0, half before the cut and half after it.</param>
internal sealed record Transition(TransitionKind Kind, int Frames)
{
    /// <summary>The transition between two shots, at most as long as the shorter one, so that none meets the next; null when no even number of frames is left.</summary>
    public static Transition? Between(Shot leaving, Shot coming, TransitionKind kind, int frames)
    {
        var most = Math.Min(frames, Math.Min(leaving.Frames.Count, coming.Frames.Count)) / 2 * 2;
        return most > 0 ? new(kind, most) : null;
    }
}

/// <summary>How a transition looks: ffmpeg's cross fades, by their names there.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<TransitionKind>))]
internal enum TransitionKind
{
    /// <summary>One picture fades into the other.</summary>
    [JsonStringEnumMemberName("fade")] Fade,

    /// <summary>It dissolves dot by dot.</summary>
    [JsonStringEnumMemberName("dissolve")] Dissolve,

    /// <summary>Through black.</summary>
    [JsonStringEnumMemberName("fadeBlack")] FadeBlack,

    /// <summary>Through white.</summary>
    [JsonStringEnumMemberName("fadeWhite")] FadeWhite,

    /// <summary>Through shades of gray.</summary>
    [JsonStringEnumMemberName("fadeGrays")] FadeGrays,

    /// <summary>A straight edge moves left.</summary>
    [JsonStringEnumMemberName("wipeLeft")] WipeLeft,

    /// <summary>A straight edge moves right.</summary>
    [JsonStringEnumMemberName("wipeRight")] WipeRight,

    /// <summary>A straight edge moves up.</summary>
    [JsonStringEnumMemberName("wipeUp")] WipeUp,

    /// <summary>A straight edge moves down.</summary>
    [JsonStringEnumMemberName("wipeDown")] WipeDown,

    /// <summary>An edge moves to the top left.</summary>
    [JsonStringEnumMemberName("wipeTl")] WipeTl,

    /// <summary>An edge moves to the top right.</summary>
    [JsonStringEnumMemberName("wipeTr")] WipeTr,

    /// <summary>An edge moves to the bottom left.</summary>
    [JsonStringEnumMemberName("wipeBl")] WipeBl,

    /// <summary>An edge moves to the bottom right.</summary>
    [JsonStringEnumMemberName("wipeBr")] WipeBr,

    /// <summary>The new picture pushes the old one left.</summary>
    [JsonStringEnumMemberName("slideLeft")] SlideLeft,

    /// <summary>The new picture pushes the old one right.</summary>
    [JsonStringEnumMemberName("slideRight")] SlideRight,

    /// <summary>The new picture pushes the old one up.</summary>
    [JsonStringEnumMemberName("slideUp")] SlideUp,

    /// <summary>The new picture pushes the old one down.</summary>
    [JsonStringEnumMemberName("slideDown")] SlideDown,

    /// <summary>A soft edge moves left.</summary>
    [JsonStringEnumMemberName("smoothLeft")] SmoothLeft,

    /// <summary>A soft edge moves right.</summary>
    [JsonStringEnumMemberName("smoothRight")] SmoothRight,

    /// <summary>A soft edge moves up.</summary>
    [JsonStringEnumMemberName("smoothUp")] SmoothUp,

    /// <summary>A soft edge moves down.</summary>
    [JsonStringEnumMemberName("smoothDown")] SmoothDown,

    /// <summary>A soft circle opens.</summary>
    [JsonStringEnumMemberName("circleOpen")] CircleOpen,

    /// <summary>A soft circle closes.</summary>
    [JsonStringEnumMemberName("circleClose")] CircleClose,

    /// <summary>A circle closes on black and opens again.</summary>
    [JsonStringEnumMemberName("circleCrop")] CircleCrop,

    /// <summary>A rectangle closes on black and opens again.</summary>
    [JsonStringEnumMemberName("rectCrop")] RectCrop,

    /// <summary>It opens like a double door.</summary>
    [JsonStringEnumMemberName("vertOpen")] VertOpen,

    /// <summary>It closes like a double door.</summary>
    [JsonStringEnumMemberName("vertClose")] VertClose,

    /// <summary>It opens upwards and downwards.</summary>
    [JsonStringEnumMemberName("horzOpen")] HorzOpen,

    /// <summary>It closes from above and below.</summary>
    [JsonStringEnumMemberName("horzClose")] HorzClose,

    /// <summary>A slanted soft edge moves to the top left.</summary>
    [JsonStringEnumMemberName("diagTl")] DiagTl,

    /// <summary>A slanted soft edge moves to the top right.</summary>
    [JsonStringEnumMemberName("diagTr")] DiagTr,

    /// <summary>A slanted soft edge moves to the bottom left.</summary>
    [JsonStringEnumMemberName("diagBl")] DiagBl,

    /// <summary>A slanted soft edge moves to the bottom right.</summary>
    [JsonStringEnumMemberName("diagBr")] DiagBr,

    /// <summary>Slices from the left.</summary>
    [JsonStringEnumMemberName("hlSlice")] HlSlice,

    /// <summary>Slices from the right.</summary>
    [JsonStringEnumMemberName("hrSlice")] HrSlice,

    /// <summary>Slices from above.</summary>
    [JsonStringEnumMemberName("vuSlice")] VuSlice,

    /// <summary>Slices from below.</summary>
    [JsonStringEnumMemberName("vdSlice")] VdSlice,

    /// <summary>The old picture is squeezed to a line across.</summary>
    [JsonStringEnumMemberName("squeezeH")] SqueezeH,

    /// <summary>The old picture is squeezed to a line down.</summary>
    [JsonStringEnumMemberName("squeezeV")] SqueezeV,

    /// <summary>A clock's hand goes round.</summary>
    [JsonStringEnumMemberName("radial")] Radial,

    /// <summary>Into large squares and out again.</summary>
    [JsonStringEnumMemberName("pixelize")] Pixelize,

    /// <summary>It is smeared sideways.</summary>
    [JsonStringEnumMemberName("hBlur")] HBlur,

    /// <summary>Similar colours change last.</summary>
    [JsonStringEnumMemberName("distance")] Distance,

    /// <summary>Into the old picture.</summary>
    [JsonStringEnumMemberName("zoomIn")] ZoomIn,
}
