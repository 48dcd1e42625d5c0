using System.Globalization;
using System.Text;

namespace Downbeat.Features.Compositions.Rendering;

/// <summary>
/// Breaks a text into lines where it cannot be made small enough to fit: between words, inside words that are longer than a line. What is too much for all lines is cut off, and says so.
/// </summary>
/// <param name="lineWidth">Width of a line.</param>
/// <param name="mostLines">As many lines as fit, 1 or more.</param>
/// <param name="widthOf">The width of some letters, in the same unit.</param>
internal sealed class CaptionBreaks(double lineWidth, int mostLines, Func<string, double> widthOf)
{
    private const string Ellipsis = "…";

    private readonly double ellipsisWidth = widthOf(Ellipsis);
    private double filled;
    private int lines = 1;
    private bool isCut;

    /// <summary>The parts with their breaks, in order; what is cut off leaves a part empty.</summary>
    /// <param name="parts">A text in parts, each beginning where a word does.</param>
    public IReadOnlyList<string> Break(IReadOnlyList<string> parts) => [.. parts.Select(Part)];

    private string Part(string part)
    {
        var text = new StringBuilder();
        for (var at = 0; at < part.Length && !isCut;)
        {
            if (part[at] is ' ' or '\n')
            {
                Space(text, part[at++]);
                continue;
            }

            var end = part.IndexOfAny([' ', '\n'], at) is var space && space < 0 ? part.Length : space;
            Word(text, part[at..end]);
            at = end;
        }

        return text.ToString();
    }

    private void Space(StringBuilder text, char space)
    {
        if (space == '\n')
        {
            NewLine(text);
        }
        else if (filled > 0)
        {
            text.Append(space);
            filled += widthOf(" ");
        }
    }

    private void Word(StringBuilder text, string word)
    {
        if (filled > 0 && filled + widthOf(word) > lineWidth && lines < mostLines)
        {
            NewLine(text);
        }

        var letters = StringInfo.GetTextElementEnumerator(word);
        while (letters.MoveNext() && !isCut)
        {
            var (letter, width) = (letters.GetTextElement(), widthOf(letters.GetTextElement()));

            // The last line keeps room to say that something is missing.
            if (filled > 0 && filled + width > lineWidth - (lines == mostLines ? ellipsisWidth : 0))
            {
                NewLine(text);
            }

            if (!isCut)
            {
                text.Append(letter);
                filled += width;
            }
        }
    }

    private void NewLine(StringBuilder text)
    {
        isCut = lines == mostLines;
        text.Append(isCut ? Ellipsis : "\n");
        (lines, filled) = (lines + 1, 0);
    }
}
